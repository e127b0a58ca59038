// Welch's interval (1947) of the difference of two means whose samples have nothing in common, and need not vary alike.
import type { MeanInterval, Tested } from './comparison.ts';
import { intervalAround, ONE_SEED, ROUNDING, tested } from './student-interval.ts';
import { type Known, known, mean, missing, sampleDeviation } from './summary.ts';

/**
 * Of mean(second) - mean(first), one value a seed each: standard error sqrt(s1²/n1 + s2²/n2), degrees of freedom by
 * Satterthwaite (1946). Missing where a side has one seed, or no seed differs from another of its side.
 */
export function welchInterval(first: readonly number[], second: readonly number[]): Known<MeanInterval & Tested> {
  const [low, high] = [mean(first), mean(second)];
  if (low.value === null || high.value === null) return missing('no seeds');
  const [ofFirst, ofSecond] = [sampleDeviation(first), sampleDeviation(second)];
  if (ofFirst.value === null || ofSecond.value === null) return missing(ONE_SEED);
  const largest = Math.max(...[...first, ...second].map(Math.abs));
  if (Math.max(ofFirst.value, ofSecond.value) <= ROUNDING * largest) return missing('the seeds do not differ');
  const variances = [ofFirst.value ** 2 / first.length, ofSecond.value ** 2 / second.length] as const;
  const variance = variances[0] + variances[1];
  const degreesOfFreedom =
    variance ** 2 / (variances[0] ** 2 / (first.length - 1) + variances[1] ** 2 / (second.length - 1));
  const difference = high.value - low.value;
  return known(tested(difference, intervalAround(difference, Math.sqrt(variance), degreesOfFreedom)));
}
