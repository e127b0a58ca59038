// Pearson correlation of scores and targets, as GLUE scores STS-B.
import { requireSameLength } from './same-length.ts';

/**
 * In [-1, 1]. Null where scipy's `pearsonr` gives NaN or refuses: fewer than two pairs, either side constant, or a value
 * that is not finite.
 */
export function pearson(predictions: readonly number[], labels: readonly number[]): number | null {
  requireSameLength(predictions, labels);
  const x = centre(predictions);
  const y = centre(labels);
  if (x === null || y === null) return null;
  const norm = Math.sqrt(dot(x, x) * dot(y, y));
  // Rounding may carry the quotient just past 1.
  return norm > 0 ? Math.max(-1, Math.min(1, dot(x, y) / norm)) : null;
}

/** Deviations from the mean, scaled into [-2, 2]; null where their correlation is undefined. */
function centre(values: readonly number[]): number[] | null {
  const [first] = values;
  if (values.length < 2 || !values.every(Number.isFinite)) return null;
  // Asked of the values themselves: deviations of a constant from its rounded mean need not be 0.
  if (values.every((value) => value === first)) return null;
  // A power of two loses no bit, and keeps squares of huge and tiny values in range.
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scale = 2 ** -Math.max(-1022, Math.ceil(Math.log2(largest)));
  const scaled = values.map((value) => value * scale);
  const mean = scaled.reduce((sum, value) => sum + value, 0) / values.length;
  return scaled.map((value) => value - mean);
}

function dot(x: readonly number[], y: readonly number[]): number {
  return x.reduce((sum, value, i) => sum + value * (y[i] ?? Number.NaN), 0);
}
