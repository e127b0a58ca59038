// Accuracy: the share of predictions that equal their label.
import { requireSameLength } from './same-length.ts';

/** In [0, 1]; null where there is nothing to score. */
export function accuracy(predictions: readonly number[], labels: readonly number[]): number | null {
  requireSameLength(predictions, labels);
  if (labels.length === 0) return null;
  return labels.filter((label, i) => predictions[i] === label).length / labels.length;
}
