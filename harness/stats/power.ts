// The power of a t test: the chance that a true difference of so many standard errors is shown.
import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import { LEVEL } from './level.ts';
import { tQuantile } from './t-distribution.ts';

/** Of what is wanted: Cohen (1988), as Card et al. (2020) take it. */
export const POWER = 0.8;
/** Logarithms of densities below which nothing counts any more. */
const NEGLIGIBLE = -45;
/** Above, the t distribution is normal to all digits that matter. */
const ALMOST_NORMAL = 1e7;

/**
 * Of the two-sided test at alpha: P(|T| > t(1 - alpha / 2, df)) of the noncentral t distribution. With w = sqrt(chi² / df),
 * that is the mean over w of P(|Z + noncentrality| > t w), by the trapezoidal rule over log w, which converges exponentially.
 * @param noncentrality the true difference in standard errors
 */
export function powerOf(noncentrality: number, degreesOfFreedom: number, alpha = LEVEL): number {
  const critical = tQuantile(1 - alpha / 2, degreesOfFreedom);
  const rejected = (w: number) =>
    normalCdf(noncentrality - critical * w, 0, 1) + normalCdf(-noncentrality - critical * w, 0, 1);
  if (degreesOfFreedom > ALMOST_NORMAL) return rejected(1);
  // The density of log w is proportional to exp(df (x - (exp(2 x) - 1) / 2)), about as wide as 1 / sqrt(2 df).
  const logDensity = (x: number) => degreesOfFreedom * (x - Math.expm1(2 * x) / 2);
  const step = Math.min(0.1, 0.3 / Math.sqrt(2 * degreesOfFreedom));
  let [sum, total] = [rejected(1), 1];
  for (const direction of [-step, step]) {
    for (let k = 1; logDensity(k * direction) > NEGLIGIBLE; k++) {
      const density = Math.exp(logDensity(k * direction));
      total += density;
      sum += density * rejected(Math.exp(k * direction));
    }
  }
  return sum / total;
}

/** The true difference, in standard errors, that is shown with 80 % power. By the secant method, from t(0.975) + t(0.8). */
export function noncentralityOfPower(degreesOfFreedom: number): number {
  let before = tQuantile(1 - LEVEL / 2, degreesOfFreedom) + tQuantile(POWER, degreesOfFreedom);
  let at = before * 1.01;
  let missed = powerOf(before, degreesOfFreedom) - POWER;
  for (let i = 0; i < 50; i++) {
    const now = powerOf(at, degreesOfFreedom) - POWER;
    if (Math.abs(now) < 1e-14 || now === missed) return at;
    const next = at - (now * (at - before)) / (now - missed);
    [before, at, missed] = [at, next, now];
  }
  return at;
}
