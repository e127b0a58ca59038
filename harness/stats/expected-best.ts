// What a search of n trials may be expected to find, from the scores of the trials that there are.

/**
 * The expected best of n trials drawn with replacement from those that there are: Dodge et al. (2019, arXiv 1909.03004), with
 * the empirical distribution in the place of the unknown one. Biased downwards, the more the nearer n is to their
 * number (Tang et al., 2020).
 * @param scores higher is better, at least one
 * @param n at least 1; may exceed their number
 */
export function expectedBestWithReplacement(scores: readonly number[], n: number): number {
  const sorted = risingOf(scores, n);
  const below = (rank: number) => (rank / sorted.length) ** n;
  return sorted.reduce((sum, score, i) => sum + score * (below(i + 1) - below(i)), 0);
}

/**
 * The expected best of n of these trials, drawn without replacement: the unbiased estimate of Tang et al. (2020, arXiv
 * 2004.13705), a mean over all subsets of n.
 * @param scores higher is better, at least one
 * @param n 1 to their number: beyond it there is no unbiased estimate
 */
export function expectedBestWithoutReplacement(scores: readonly number[], n: number): number {
  const sorted = risingOf(scores, n);
  const count = sorted.length;
  if (n > count) throw new RangeError(`no ${n} trials among ${count}`);
  // The score of rank i (from 1) is the best of C(i - 1, n - 1) of the C(count, n) subsets.
  let share = n / count;
  let sum = 0;
  for (let i = count; i >= n; i--) {
    sum += share * (sorted[i - 1] as number);
    share *= i > 1 ? (i - n) / (i - 1) : 0;
  }
  return sum;
}

function risingOf(scores: readonly number[], n: number): number[] {
  if (scores.length === 0) throw new RangeError('no scores');
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`${n} trials; expected a whole number from 1`);
  return scores.toSorted((a, b) => a - b);
}
