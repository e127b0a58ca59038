// The paired permutation test of a metric that is no sum over examples: F1, Matthews, correlations (Noreen, 1989).
import type { ExamplesTest } from './comparison.ts';
import { type FlatScores, flatPairs, type Range } from './flat-scores.ts';
import { packColumns } from './packed-columns.ts';
import { permuteRanks } from './permute-ranks.ts';
import { type SummedMetric, type SummedName, summedMetric } from './summed-metric.ts';
import { GROUP, type SwapGroup, type Swaps } from './swaps.ts';

/** Differences of the metric, which is at most 1 in size, that rounding may make. */
const ROUNDING = 1e-12;

/**
 * An example's predictions by A and by B are swapped across all seeds together, or not, which changes nothing where it does
 * not matter which method they came from. p is (b + 1) / (m + 1) of m permutations, b of which have a mean difference over
 * the seeds as far from 0 as the one that was seen (Phipson and Smyth, 2010). A permutation in which the metric is undefined
 * counts as that far.
 * @param scores the runs of A, then those of B, by the same seeds
 */
export function permutationTest(scores: FlatScores, swaps: Swaps): ExamplesTest {
  const differences = new Float64Array(swaps.permutations + 1);
  for (const [k, part] of scores.parts.entries()) {
    const groups = swaps.parts[k] as readonly SwapGroup[];
    const add = scores.measure === 'spearman' ? permuteRanks : permuteSums(scores.measure);
    add(scores, part, groups, differences);
  }
  const seen = Math.abs(differences[swaps.permutations] as number) / scores.parts.length;
  let beyond = 0;
  for (let p = 0; p < swaps.permutations; p++) {
    if (!(Math.abs(differences[p] as number) / scores.parts.length < seen - ROUNDING)) beyond++;
  }
  return { test: 'permutation', p: (beyond + 1) / (swaps.permutations + 1), midP: null };
}

/**
 * Adds the mean difference over the seeds of the metric on a part to each permutation's, and that without swaps to the one
 * behind them.
 */
export type AddDifferences = (
  scores: FlatScores,
  part: Range,
  groups: readonly SwapGroup[],
  differences: Float64Array,
) => void;

const permuteSums =
  (name: SummedName): AddDifferences =>
  (scores, part, groups, differences) => {
    const pairs = flatPairs(scores);
    const n = part.end - part.start;
    const metric = summedMetric(name, scores.labels, scores.runs);
    const columnsOf = (side: 0 | 1) => pairs.flatMap((pair) => metric.columns(pair[side], pair));
    const a = packColumns(columnsOf(0), metric.counts, n);
    const b = packColumns(columnsOf(1), metric.counts, n);
    // Of A after the swaps: what it has, and for swapped examples what B has more.
    const sums = a.columns.map((column, c) => {
      const other = b.columns[c] as Float64Array;
      const sum = new Float64Array(differences.length).fill(sumOf(column, part));
      addSwapped(sum, groups, (i) => (other[i] as number) - (column[i] as number));
      return sum;
    });
    const shared = Float64Array.from(metric.shared, (column) => sumOf(column, part));
    // What A has not, B has: their sum stays.
    const both = Float64Array.from(columnsOf(0), (column) => sumOf(column, part));
    for (const [c, column] of columnsOf(1).entries()) both[c] = (both[c] as number) + sumOf(column, part);
    const packed = new Float64Array(a.columns.length);
    const [ofA, ofB] = [new Float64Array(both.length), new Float64Array(both.length)];
    for (let p = 0; p < differences.length; p++) {
      for (let c = 0; c < packed.length; c++) packed[c] = (sums[c] as Float64Array)[p] as number;
      a.unpack(packed, ofA);
      for (let c = 0; c < both.length; c++) ofB[c] = (both[c] as number) - (ofA[c] as number);
      differences[p] = (differences[p] as number) + meanDifference(metric, ofA, ofB, shared, n, pairs.length);
    }
  };

function meanDifference(
  metric: SummedMetric,
  ofA: Float64Array,
  ofB: Float64Array,
  shared: Float64Array,
  n: number,
  seeds: number,
): number {
  const each = ofA.length / seeds;
  let sum = 0;
  for (let at = 0; at < ofA.length; at += each) sum += metric.of(ofA, at, shared, n) - metric.of(ofB, at, shared, n);
  return sum / seeds;
}

/** Adds the values of the swapped examples to each permutation's sum: of eight examples at once, by a table of all swaps. */
function addSwapped(sums: Float64Array, groups: readonly SwapGroup[], numberOf: (example: number) => number): void {
  const differing = groups.flatMap((group) => {
    const table = swapTable(group, numberOf);
    return table === undefined ? [] : [{ table, masks: group.masks }];
  });
  const none = { table: new Float64Array(2 ** GROUP), masks: new Uint8Array(sums.length) };
  // Four groups share the reading and writing of a sum.
  for (let g = 0; g < differing.length; g += 4) {
    const [one = none, two = none, three = none, four = none] = differing.slice(g, g + 4);
    const [tableOne, tableTwo, tableThree, tableFour] = [one.table, two.table, three.table, four.table];
    const [maskOne, maskTwo, maskThree, maskFour] = [one.masks, two.masks, three.masks, four.masks];
    for (let p = 0; p < one.masks.length; p++) {
      sums[p] =
        (sums[p] as number) +
        ((tableOne[maskOne[p] as number] as number) + (tableTwo[maskTwo[p] as number] as number)) +
        ((tableThree[maskThree[p] as number] as number) + (tableFour[maskFour[p] as number] as number));
    }
  }
}

/** Of each mask of swaps, the sum of the swapped examples' values; undefined where all are 0. */
function swapTable({ start, end }: Range, numberOf: (example: number) => number): Float64Array | undefined {
  const table = new Float64Array(2 ** GROUP);
  let differs = false;
  for (let bit = 0; bit < GROUP; bit++) {
    const value = start + bit < end ? numberOf(start + bit) : 0;
    differs ||= value !== 0;
    for (let mask = 0; mask < 2 ** bit; mask++) table[2 ** bit + mask] = (table[mask] as number) + value;
  }
  return differs ? table : undefined;
}

function sumOf(column: Float64Array, { start, end }: Range): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += column[i] as number;
  return sum;
}
