// The exact test of paired right and wrong answers: for one seed McNemar's (1947), for several its extension to sums over
// seeds by flipped signs (Fisher, 1935).
import type { ExamplesTest } from './comparison.ts';

/**
 * Of each example d = sum over seeds of (A right - B right). Where it does not matter which method an answer came from, each
 * d is as likely -d: the distribution of the sum of all d under that is computed exactly, as the convolution of one binomial
 * distribution a magnitude |d|. Of one seed that is the binomial distribution of the n examples that only one of the two has
 * right, with p = 1/2: McNemar's exact test. `p` is P(|sum| >= |seen|); `midP` counts those equal to the seen by half
 * (Lancaster, 1961; Fagerland et al., 2013).
 * @param differences one whole number an example
 * @param seeds that each is a sum over
 */
export function signFlipTest(differences: Int32Array, seeds: number): ExamplesTest {
  const counts = countMagnitudes(differences);
  let distribution: Float64Array = Float64Array.of(1);
  for (const [magnitude, count] of counts.entries()) {
    if (magnitude > 0 && count > 0) distribution = plusSteps(distribution, symmetricBinomial(count), magnitude);
  }
  // Entry i is of the sum 2 i - total.
  const total = counts.reduce((sum, count, magnitude) => sum + count * magnitude, 0);
  const seen = Math.abs(differences.reduce((sum, d) => sum + d, 0));
  let [beyond, equal] = [0, 0];
  for (let i = 0; 2 * i - total <= -seen; i++) {
    if (2 * i - total === -seen) equal = distribution[i] as number;
    else beyond += distribution[i] as number;
  }
  const test = seeds === 1 ? 'mcnemar' : 'sign-flip';
  if (seen === 0) return { test, p: 1, midP: 1 - equal / 2 };
  return { test, p: Math.min(1, 2 * (beyond + equal)), midP: 2 * beyond + equal };
}

/** How many have each magnitude. */
function countMagnitudes(differences: Int32Array): number[] {
  const counts: number[] = [];
  for (const d of differences) {
    const magnitude = Math.abs(d);
    while (counts.length <= magnitude) counts.push(0);
    counts[magnitude] = (counts[magnitude] as number) + 1;
  }
  return counts;
}

/** P(k of n) at p = 1/2, from its centre outwards, so that nothing overflows; [n + 1]. */
function symmetricBinomial(n: number): Float64Array {
  const weights = new Float64Array(n + 1);
  const middle = n >> 1;
  weights[middle] = 1;
  for (let k = middle; k > 0; k--) weights[k - 1] = ((weights[k] as number) * k) / (n - k + 1);
  for (let k = middle; k < n; k++) weights[k + 1] = ((weights[k] as number) * (n - k)) / (k + 1);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** The distribution of i + step * k, of i and k drawn from each. */
function plusSteps(distribution: Float64Array, steps: Float64Array, step: number): Float64Array {
  const sum = new Float64Array(distribution.length + step * (steps.length - 1));
  for (const [k, chance] of steps.entries()) {
    if (chance === 0) continue;
    const from = step * k;
    for (let i = 0; i < distribution.length; i++) {
      sum[from + i] = (sum[from + i] as number) + chance * (distribution[i] as number);
    }
  }
  return sum;
}
