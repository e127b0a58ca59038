// Matthews correlation (Matthews, 1975) in its multi-class form (Gorodkin, 2004), as GLUE scores CoLA.
import { requireSameLength } from './same-length.ts';

/**
 * In [-1, 1]: scikit-learn's `matthews_corrcoef`. As there, 0 where predictions or labels are all of one class, though the
 * quotient is 0 / 0. Null where there is nothing to score.
 */
export function matthews(predictions: readonly number[], labels: readonly number[]): number | null {
  requireSameLength(predictions, labels);
  const n = labels.length;
  if (n === 0) return null;
  const predicted = countByClass(predictions);
  const actual = countByClass(labels);
  const correct = labels.filter((label, i) => predictions[i] === label).length;
  let agreementByChance = 0;
  for (const [label, count] of actual) agreementByChance += count * (predicted.get(label) ?? 0);
  const variance = (n * n - sumOfSquares(predicted)) * (n * n - sumOfSquares(actual));
  return variance === 0 ? 0 : (correct * n - agreementByChance) / Math.sqrt(variance);
}

function countByClass(classes: readonly number[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const value of classes) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function sumOfSquares(counts: Map<number, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count * count;
  return sum;
}
