// What a mean over seeds, scored on examples, varies by: seeds, examples, and both together.
import type { MeanInterval, VarianceShares } from './comparison.ts';
import { intervalAround, ROUNDING } from './student-interval.ts';

/** Estimates of one quantity by several seeds on the same examples. */
export interface SeedEstimates {
  /** One a seed, two or more. */
  readonly estimates: readonly number[];
  /** Of the estimates of seeds s and t over other examples: from resampled examples. */
  covariance(s: number, t: number): number;
}

/**
 * Of estimates d_s by S seeds, with the covariances C_st over examples, the shares of their mean's variance:
 *
 *     examples = max(0, mean of C_st over s != t)            what examples do whatever the seed
 *     together = max(0, mean of C_ss - examples) / S         what a seed makes of an example
 *     seeds    = max(0, var(d) / S - together)               what seeds do whatever the examples
 *
 * the estimates of a two-way analysis of variance, of a metric that need be no mean of examples. Obuchowski and Rockette
 * (1995) have var(d) / S + examples for readers and cases. As there, the spread over examples is not added to that over
 * seeds, which would count twice what they do together (the hierarchical bootstrap counts it three times: Owen, 2007). Here the
 * sum is at least what examples tell of it: few seeds that happen to agree are no sign of certainty.
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
  const together = Math.max(0, own - examples) / count;
  return { seeds: Math.max(0, overSeeds - together), examples, together };
}

/**
 * Satterthwaite's (1946) degrees of freedom of the shares' sum: S - 1 of what seeds do, alone and together with examples, as
 * Hillis (2007) has it; `examplesFreedom` of what examples do, which is an estimate too.
 * @param seeds S, two or more; the shares may be of another number of them
 */
export function degreesOfFreedom(shares: VarianceShares, seeds: number, examplesFreedom: number): number {
  const overSeeds = shares.seeds + shares.together;
  const variance = overSeeds + shares.examples;
  // One example a set leaves no degree of freedom, and nothing that examples do.
  const byExamples = shares.examples === 0 ? 0 : shares.examples ** 2 / examplesFreedom;
  return variance ** 2 / (overSeeds ** 2 / (seeds - 1) + byExamples);
}

/** The t interval of the mean of `estimates`; undefined where nothing varies. */
export function intervalOverBoth(
  mean: number,
  shares: VarianceShares,
  seeds: number,
  examplesFreedom: number,
): MeanInterval | undefined {
  const variance = shares.seeds + shares.together + shares.examples;
  if (variance <= (ROUNDING * mean) ** 2) return undefined;
  return intervalAround(mean, Math.sqrt(variance), degreesOfFreedom(shares, seeds, examplesFreedom));
}

function sampleVariance(values: readonly number[]): number {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
