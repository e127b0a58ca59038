// Student's t interval (Student, 1908) of a mean: of seeds, or of whatever gives an error and its degrees of freedom.
import type { MeanInterval, Tested } from './comparison.ts';
import { type Known, known, mean, missing, sampleDeviation } from './summary.ts';
import { bothTails, tQuantile } from './t-distribution.ts';

const LEVEL = 0.95;
/** Of equal values, whose mean need not be their own to the last bit. */
export const ROUNDING = 1e-12;

/** value -/+ t(0.975, df) standard errors. */
export function intervalAround(value: number, standardError: number, degreesOfFreedom: number): MeanInterval {
  const half = tQuantile((1 + LEVEL) / 2, degreesOfFreedom) * standardError;
  return { low: value - half, high: value + half, standardError, degreesOfFreedom };
}

/** With the p value of t = value / standard error. */
export function tested<Kind extends MeanInterval>(value: number, interval: Kind): Kind & Tested {
  return { ...interval, p: bothTails(value / interval.standardError, interval.degreesOfFreedom) };
}

/**
 * Of the mean of one value a seed: standard error s / sqrt(n), n - 1 degrees of freedom. Missing of fewer than two seeds,
 * and of seeds that do not differ, whose spread is no estimate of anything.
 */
export function studentInterval(values: readonly number[]): Known<MeanInterval> {
  const deviation = sampleDeviation(values);
  const centre = mean(values);
  if (centre.value === null) return missing('no seeds');
  if (deviation.value === null) return missing(ONE_SEED);
  const largest = Math.max(...values.map(Math.abs));
  if (deviation.value <= ROUNDING * largest) return missing('the seeds do not differ');
  return known(intervalAround(centre.value, deviation.value / Math.sqrt(values.length), values.length - 1));
}

export const ONE_SEED = 'one seed has no spread over seeds';

/** What is to be said of an interval over so many seeds; null where nothing is. */
export function seedsCaution(seeds: number): string | null {
  return seeds === 2 ? 'two seeds are too few: their interval is wide, and its width hardly known' : null;
}
