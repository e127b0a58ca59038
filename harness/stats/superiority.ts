// P(A > B), the chance that a run of A is better than the run of B of the same seed (Bouthillier et al., 2021, section 4).
import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';
import type { Superiority } from './comparison.ts';
import { type Known, known, missing } from './summary.ts';

/** Of each side of the 95 % interval. */
const TAIL = 0.025;

/**
 * The share of seeds in which A is better, ties counted by half. The interval is the exact one of a binomial share (Clopper
 * and Pearson, 1934), ties counted against A below and for A above: resampled percentiles, as the paper has, have no width
 * where all of a few seeds agree.
 * @param differences A - B, one a seed
 */
export function superiority(differences: readonly number[]): Known<Superiority> {
  const n = differences.length;
  if (n < 2) return missing(n === 0 ? 'no seeds' : 'one seed has no share of seeds');
  const wins = differences.filter((d) => d > 0).length;
  const losses = differences.filter((d) => d < 0).length;
  const ties = n - wins - losses;
  return known({
    ...{ probability: (wins + ties / 2) / n, wins, ties, losses },
    low: lowerShare(wins, n),
    high: 1 - lowerShare(losses, n),
  });
}

/** The share at which `k` of `n` or more has the chance TAIL: 0 where k is 0. By halving to the last bit. */
function lowerShare(k: number, n: number): number {
  if (k === 0) return 0;
  let [low, high] = [0, 1];
  for (let middle = 0.5; low < middle && middle < high; middle = (low + high) / 2) {
    if (1 - binomialCdf(k - 1, n, middle) < TAIL) low = middle;
    else high = middle;
  }
  return low;
}
