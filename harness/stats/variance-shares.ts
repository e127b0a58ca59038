// What a mean over seeds, scored on examples, varies by: seeds, examples, and both together.
import type { MeanInterval, VarianceShares } from './comparison.ts';
import { intervalAround } from './student-interval.ts';

/** Estimates of one quantity by several seeds on the same examples. */
export interface SeedEstimates {
  /** One a seed, two or more. */
  readonly estimates: readonly number[];
  /** Of the estimates of seeds s and t over other examples: from resampled examples. */
  covariance(s: number, t: number): number;
}

/**
 * Of estimates d_s by S seeds, with the covariances C_st over examples: the variance of their mean is
 *
 *     V = var(d) / S + max(0, mean of C_st over s != t)
 *
 * var(d) holds what seeds do whatever the examples, and what a seed makes of an example; the covariance of two seeds holds
 * what examples do whatever the seed. Obuchowski and Rockette (1995) have this for readers and cases; as they do, one does
 * not add the spread over examples to that over seeds, which would count what they do together twice (the hierarchical
 * bootstrap counts it three times: Owen, 2007). What they do together is (mean of C_ss - mean of C_st) / S, at most var(d) / S.
 */
export function varianceShares({ estimates, covariance }: SeedEstimates): VarianceShares {
  const count = estimates.length;
  let [own, shared] = [0, 0];
  for (let s = 0; s < count; s++) {
    own += covariance(s, s) / count;
    for (let t = 0; t < s; t++) shared += (2 * covariance(s, t)) / (count * (count - 1));
  }
  const overSeeds = sampleVariance(estimates) / count;
  const examples = Math.max(0, shared);
  const together = Math.min(overSeeds, Math.max(0, own - examples) / count);
  return { seeds: overSeeds - together, examples, together };
}

/**
 * Satterthwaite's (1946) degrees of freedom of V: of the share over seeds S - 1, as Hillis (2007) has it; of the examples'
 * `examplesFreedom`, for their covariance is an estimate too.
 * @param seeds S, two or more; the shares may be of another number of them
 */
export function degreesOfFreedom(shares: VarianceShares, seeds: number, examplesFreedom: number): number {
  const overSeeds = shares.seeds + shares.together;
  const variance = overSeeds + shares.examples;
  return variance ** 2 / (overSeeds ** 2 / (seeds - 1) + shares.examples ** 2 / examplesFreedom);
}

/** The t interval of the mean of `estimates`; undefined where nothing varies. */
export function intervalOverBoth(
  mean: number,
  shares: VarianceShares,
  seeds: number,
  examplesFreedom: number,
): MeanInterval | undefined {
  const variance = shares.seeds + shares.together + shares.examples;
  if (variance === 0) return undefined;
  return intervalAround(mean, Math.sqrt(variance), degreesOfFreedom(shares, seeds, examplesFreedom));
}

function sampleVariance(values: readonly number[]): number {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
