// Spearman's correlation of two runs whose predictions are swapped: ranks of each permutation from one order of both runs'.
import { averageRanks } from '../metrics/spearman.ts';
import type { FlatScores, Range } from './flat-scores.ts';
import type { AddDifferences, SwapGroup, Swaps } from './swaps.ts';

export function permutedRanks({ labels, runs, parts }: FlatScores, { parts: groups }: Swaps): AddDifferences {
  const ranks = parts.map((part) => centredRanks(labels, part));
  return (k, a, b, differences) => {
    const part = parts[k] as Range;
    const { y, squares } = ranks[k] as (typeof ranks)[number];
    const order = jointOrder(runs[a] as Float64Array, runs[b] as Float64Array, part);
    const swapped = new Uint8Array(y.length);
    for (let p = 0; p < differences.length; p++) {
      writeSwapped(groups[k] as readonly SwapGroup[], p, part, swapped);
      differences[p] = (differences[p] as number) + swappedDifference(order, swapped, y, squares);
    }
  };
}

/** About their mean. */
function centredRanks(labels: Float64Array, { start, end }: Range): { y: Float64Array; squares: number } {
  const centre = (end - start + 1) / 2;
  const y = Float64Array.from(averageRanks([...labels.subarray(start, end)]), (rank) => rank - centre);
  return { y, squares: y.reduce((sum, rank) => sum + rank * rank, 0) };
}

/** The predictions of both runs, rising. */
interface JointOrder {
  /** Of each the example, from 0 in its part. */
  readonly examples: Int32Array;
  /** Of each 1 where it is B's. */
  readonly ofB: Uint8Array;
  /** Ends of runs of equal values. */
  readonly ends: Int32Array;
}

function jointOrder(a: Float64Array, b: Float64Array, { start, end }: Range): JointOrder {
  const n = end - start;
  const predictionAt = (i: number) => (i < n ? a[start + i] : b[start + i - n]) as number;
  const order = Int32Array.from({ length: 2 * n }, (_, i) => i).sort((i, j) => predictionAt(i) - predictionAt(j));
  const ends: number[] = [];
  for (let i = 1; i <= order.length; i++) {
    if (i === order.length || predictionAt(order[i] as number) !== predictionAt(order[i - 1] as number)) ends.push(i);
  }
  return {
    examples: order.map((i) => i % n),
    ofB: Uint8Array.from(order, (i) => Number(i >= n)),
    ends: Int32Array.from(ends),
  };
}

/** No example is swapped in the permutation behind the last. */
function writeSwapped(groups: readonly SwapGroup[], permutation: number, part: Range, into: Uint8Array): void {
  for (const { start, end, masks } of groups) {
    const mask = masks[permutation] ?? 0;
    for (let i = start; i < end; i++) into[i - part.start] = (mask >>> (i - start)) & 1;
  }
}

/** A's correlation less B's. NaN where one is undefined. */
function swappedDifference(
  { examples, ofB, ends }: JointOrder,
  swapped: Uint8Array,
  y: Float64Array,
  squaresY: number,
) {
  const centre = (y.length + 1) / 2;
  let start = 0;
  let beforeA = 0;
  let beforeB = 0;
  let productsA = 0;
  let productsB = 0;
  let squaresA = 0;
  let squaresB = 0;
  for (let g = 0; g < ends.length; g++) {
    const end = ends[g] as number;
    let countB = 0;
    let sumAll = 0;
    let sumB = 0;
    for (let i = start; i < end; i++) {
      const example = examples[i] as number;
      const rank = y[example] as number;
      const inB = (ofB[i] as number) ^ (swapped[example] as number);
      countB += inB;
      sumAll += rank;
      sumB += inB * rank;
    }
    const countA = end - start - countB;
    const rankA = beforeA + (countA + 1) / 2 - centre;
    const rankB = beforeB + (countB + 1) / 2 - centre;
    productsA += rankA * (sumAll - sumB);
    productsB += rankB * sumB;
    squaresA += countA * rankA * rankA;
    squaresB += countB * rankB * rankB;
    beforeA += countA;
    beforeB += countB;
    start = end;
  }
  return correlation(productsA, squaresA * squaresY) - correlation(productsB, squaresB * squaresY);
}

function correlation(products: number, squares: number): number {
  return squares > 0 ? products / Math.sqrt(squares) : Number.NaN;
}
