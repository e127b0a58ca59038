// The paired permutation test of a metric that is no sum over examples: F1, Matthews, correlations (Noreen, 1989).
import type { Stream } from '../random/streams.ts';
import type { ExamplesTest } from './comparison.ts';
import type { FlatScores, Range } from './flat-scores.ts';
import { packColumns } from './packed-columns.ts';
import { permutedRanks } from './permuted-ranks.ts';
import { RESAMPLES } from './resample-examples.ts';
import { type SummedMetric, type SummedName, summedMetric } from './summed-metric.ts';
import { type AddDifferences, addSwapped, drawSwaps, type SwapGroup, type Swaps } from './swaps.ts';

/** Differences of the metric, which is at most 1 in size, that rounding may make. */
const ROUNDING = 1e-12;

export interface TaskPermutations {
  /**
   * An example's predictions by A and by B are swapped across all seeds together, or not, which changes nothing where it does
   * not matter which method they came from. p is (b + 1) / (m + 1) of m permutations, b of which have a mean difference over
   * the seeds as far from 0 as the one that was seen (Phipson and Smyth, 2010). A permutation in which the metric is undefined
   * counts as that far.
   * @param a indices of A's runs @param b of B's, by the same seeds
   */
  test(a: readonly number[], b: readonly number[]): ExamplesTest;
}

/** The same permutations for every pair of methods: what sums can be made of each run alone is made once. */
export function permuteTask(scores: FlatScores, stream: Stream, permutations = RESAMPLES): TaskPermutations {
  const swaps = drawSwaps(scores.parts, stream, permutations);
  const add =
    scores.measure === 'spearman' ? permutedRanks(scores, swaps) : permutedSums(scores, swaps, scores.measure);
  return {
    test(a, b) {
      // The one behind the last is without swaps.
      const differences = new Float64Array(permutations + 1);
      for (let part = 0; part < scores.parts.length; part++) {
        for (const [s, run] of a.entries()) add(part, run, b[s] as number, differences);
      }
      const seen = Math.abs(differences[permutations] as number);
      const rounding = ROUNDING * a.length * scores.parts.length;
      let beyond = 0;
      for (let p = 0; p < permutations; p++) {
        if (!(Math.abs(differences[p] as number) < seen - rounding)) beyond++;
      }
      return { test: 'permutation', p: (beyond + 1) / (permutations + 1), midP: null };
    },
  };
}

function permutedSums(scores: FlatScores, swaps: Swaps, name: SummedName): AddDifferences {
  const metric = summedMetric(name, scores.labels, scores.runs);
  const columns = scores.runs.map((run) => metric.columns(run, scores.runs));
  const parts = scores.parts.map((part, k) => {
    const sums = swappedSums(
      columns.flat(),
      metric.counts,
      part,
      swaps.parts[k] as readonly SwapGroup[],
      swaps.permutations,
    );
    return {
      n: part.end - part.start,
      sums,
      shared: Float64Array.from(metric.shared, (column) => sumOf(column, part)),
    };
  });
  const each = columns[0]?.length ?? 0;
  return (part, a, b, differences) => {
    const { n, sums, shared } = parts[part] as (typeof parts)[number];
    const of = (run: number) => sums.slice(run * each, (run + 1) * each);
    addSwappedDifference(metric, of(a), of(b), shared, n, differences);
  };
}

interface SwappedSums {
  /** Of all examples. */
  readonly all: number;
  /** [permutations + 1]: of those that are swapped; none in the last. */
  readonly swapped: Float64Array;
}

function swappedSums(
  columns: readonly Float64Array[],
  counts: boolean,
  part: Range,
  groups: readonly SwapGroup[],
  permutations: number,
): SwappedSums[] {
  const packed = packColumns(columns, counts, part.end - part.start);
  const packedSums = packed.columns.map((column) => {
    const sums = new Float64Array(permutations + 1);
    addSwapped(sums, groups, column);
    return sums;
  });
  const sums = columns.map((column) => ({ all: sumOf(column, part), swapped: new Float64Array(permutations + 1) }));
  const [from, to] = [new Float64Array(packed.columns.length), new Float64Array(columns.length)];
  for (let p = 0; p <= permutations; p++) {
    for (let c = 0; c < from.length; c++) from[c] = (packedSums[c] as Float64Array)[p] as number;
    packed.unpack(from, to);
    for (let c = 0; c < to.length; c++) (sums[c] as SwappedSums).swapped[p] = to[c] as number;
  }
  return sums;
}

/** What A's swapped examples have goes to B, and B's to A. */
function addSwappedDifference(
  metric: SummedMetric,
  a: readonly SwappedSums[],
  b: readonly SwappedSums[],
  shared: Float64Array,
  n: number,
  differences: Float64Array,
): void {
  const [ofA, ofB] = [new Float64Array(a.length), new Float64Array(b.length)];
  for (let p = 0; p < differences.length; p++) {
    for (let c = 0; c < a.length; c++) {
      const [own, other] = [a[c] as SwappedSums, b[c] as SwappedSums];
      const moved = (other.swapped[p] as number) - (own.swapped[p] as number);
      ofA[c] = own.all + moved;
      ofB[c] = other.all - moved;
    }
    const difference = metric.of(ofA, 0, shared, n) - metric.of(ofB, 0, shared, n);
    differences[p] = (differences[p] as number) + difference;
  }
}

function sumOf(column: Float64Array, { start, end }: Range): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += column[i] as number;
  return sum;
}
