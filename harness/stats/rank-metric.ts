// Spearman's correlation on resampled examples: ranks of each resample from the order of all examples, found once.
import type { FlatScores, Range } from './flat-scores.ts';
import { type OnWeights, TILE } from './weighted-sums.ts';

/**
 * Gives a function that writes each run's Spearman correlation on weighted examples; NaN where it is undefined. Ranks of
 * equal values are the mean of those that they take up, an example drawn twice among them.
 */
export function rankMetric({ labels, runs, parts }: FlatScores): OnWeights {
  const orders = parts.map((part) => ({
    ofLabels: orderOf(labels, part),
    ofRuns: runs.map((run) => orderOf(run, part)),
  }));
  const ranksX = new Float64Array(labels.length);
  const ranksY = new Float64Array(labels.length);
  const weights = new Float64Array(labels.length);
  return (tile, part, into) => {
    const { ofLabels, ofRuns } = orders[part] as (typeof orders)[number];
    for (let w = 0; w < TILE; w++) {
      for (let i = 0; i < weights.length; i++) weights[i] = tile[TILE * i + w] as number;
      const squaresY = centredRanks(ofLabels, weights, ranksY);
      const values = into[w] as Float64Array;
      for (const [r, order] of ofRuns.entries()) {
        const squaresX = centredRanks(order, weights, ranksX);
        values[r] = correlation(weightedProducts(weights, ranksX, ranksY, parts[part] as Range), squaresX, squaresY);
      }
    }
  };
}

interface Order {
  /** Examples by value, rising. */
  readonly examples: Int32Array;
  /** Ends of runs of equal values. */
  readonly ends: Int32Array;
}

function orderOf(values: Float64Array, { start, end }: Range): Order {
  const examples = Int32Array.from({ length: end - start }, (_, i) => start + i).sort(
    (a, b) => (values[a] as number) - (values[b] as number),
  );
  const ends: number[] = [];
  for (let i = 1; i <= examples.length; i++) {
    if (i === examples.length || values[examples[i] as number] !== values[examples[i - 1] as number]) ends.push(i);
  }
  return { examples, ends: Int32Array.from(ends) };
}

/** Writes each example's rank less the mean rank, (n + 1) / 2 of n draws; gives the sum of their weighted squares. */
function centredRanks({ examples, ends }: Order, weights: Float64Array, into: Float64Array): number {
  const n = examples.length;
  let [start, before, squares] = [0, 0, 0];
  for (let g = 0; g < ends.length; g++) {
    const end = ends[g] as number;
    let weight = 0;
    for (let i = start; i < end; i++) weight += weights[examples[i] as number] as number;
    // The ranks before + 1 to before + weight, on average, less the mean of all.
    const rank = before + (weight - n) / 2;
    for (let i = start; i < end; i++) into[examples[i] as number] = rank;
    squares += weight * rank * rank;
    before += weight;
    start = end;
  }
  return squares;
}

function weightedProducts(weights: Float64Array, x: Float64Array, y: Float64Array, { start, end }: Range): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += (weights[i] as number) * (x[i] as number) * (y[i] as number);
  return sum;
}

function correlation(products: number, squaresX: number, squaresY: number): number {
  const norm = Math.sqrt(squaresX * squaresY);
  return norm > 0 ? Math.max(-1, Math.min(1, products / norm)) : Number.NaN;
}
