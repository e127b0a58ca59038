// Welch's interval (1947) of the difference of two means whose samples have nothing in common, and need not vary alike.
import type { MeanInterval, Tested } from './comparison.ts';
import { intervalAround, ONE_SEED, ROUNDING, tested } from './student-interval.ts';
import { type Known, known, mean, missing, sampleDeviation } from './summary.ts';

/** Of one of the two means. */
export type Estimated = Pick<MeanInterval, 'standardError' | 'degreesOfFreedom'>;

/**
 * Of the difference of two independent means, one of which varies at least: standard error sqrt(e1² + e2²), degrees of
 * freedom by Satterthwaite (1946).
 */
export function intervalOfDifference(difference: number, first: Estimated, second: Estimated): MeanInterval & Tested {
  const variances = [first.standardError ** 2, second.standardError ** 2] as const;
  const variance = variances[0] + variances[1];
  const degreesOfFreedom =
    variance ** 2 / (variances[0] ** 2 / first.degreesOfFreedom + variances[1] ** 2 / second.degreesOfFreedom);
  return tested(difference, intervalAround(difference, Math.sqrt(variance), degreesOfFreedom));
}

/**
 * Of mean(second) - mean(first), one value a seed each: standard errors s / sqrt(n) with n - 1 degrees of freedom,
 * over seeds alone. Missing where a side has one seed, or no seed differs from another of its side.
 */
export function welchInterval(first: readonly number[], second: readonly number[]): Known<MeanInterval & Tested> {
  const [low, high] = [mean(first), mean(second)];
  if (low.value === null || high.value === null) return missing('no seeds');
  const [ofFirst, ofSecond] = [sampleDeviation(first), sampleDeviation(second)];
  if (ofFirst.value === null || ofSecond.value === null) return missing(ONE_SEED);
  const largest = Math.max(...[...first, ...second].map(Math.abs));
  if (Math.max(ofFirst.value, ofSecond.value) <= ROUNDING * largest) return missing('the seeds do not differ');
  return known(
    intervalOfDifference(high.value - low.value, overSeeds(ofFirst.value, first), overSeeds(ofSecond.value, second)),
  );
}

function overSeeds(deviation: number, { length }: readonly number[]): Estimated {
  return { standardError: deviation / Math.sqrt(length), degreesOfFreedom: length - 1 };
}
