// Spearman rank correlation: Pearson correlation of ranks, ties given the mean of their ranks.
import { pearson } from './pearson.ts';
import { requireSameLength } from './same-length.ts';

/**
 * In [-1, 1]: scipy's `spearmanr`. Null where that gives NaN or refuses: fewer than two pairs, either side constant, or a
 * NaN. Infinite values have ranks like any other.
 */
export function spearman(predictions: readonly number[], labels: readonly number[]): number | null {
  requireSameLength(predictions, labels);
  if (predictions.some(Number.isNaN) || labels.some(Number.isNaN)) return null;
  return pearson(averageRanks(predictions), averageRanks(labels));
}

/** Ranks from 1 in the order of the values; equal values share the mean of the ranks they take up. */
export function averageRanks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => (a < b ? -1 : Number(a > b)));
  const rankOf = new Map<number, number>();
  for (let start = 0; start < sorted.length; ) {
    const value = sorted[start] as number;
    let end = start;
    while (end < sorted.length && sorted[end] === value) end++;
    rankOf.set(value, (start + 1 + end) / 2);
    start = end;
  }
  return values.map((value) => rankOf.get(value) as number);
}
