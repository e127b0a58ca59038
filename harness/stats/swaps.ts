// Which examples swap the predictions of two methods, in every permutation: the same for all pairs of methods of a task.
import type { Stream } from '../random/streams.ts';
import type { Range } from './flat-scores.ts';

/** Examples whose bits share a word. */
const GROUP = 32;
const BYTES = 4;
/** Masks of a byte. */
const MASKS = 256;

/** Up to 32 examples behind each other, all of one part. */
export interface SwapGroup extends Range {
  /** [permutations]: bit j says whether example start + j is swapped. */
  readonly masks: Int32Array;
}

export interface Swaps {
  readonly permutations: number;
  /** Of each part, its groups. */
  readonly parts: readonly (readonly SwapGroup[])[];
}

/** Adds, on a part, the metric of run `a` less that of run `b`, whose predictions are swapped, to each permutation's. */
export type AddDifferences = (part: number, a: number, b: number, differences: Float64Array) => void;

/** Each example is swapped or not with equal chance, in every permutation anew. */
export function drawSwaps(parts: readonly Range[], stream: Stream, permutations: number): Swaps {
  return {
    permutations,
    parts: parts.map(({ start, end }) =>
      Array.from({ length: Math.ceil((end - start) / GROUP) }, (_, g) => ({
        start: start + g * GROUP,
        end: Math.min(end, start + (g + 1) * GROUP),
        masks: Int32Array.from({ length: permutations }, () => stream.word()),
      })),
    ),
  };
}

/** Adds a column's values of the swapped examples to each permutation's sum: of eight examples at once, by a table of all swaps. */
export function addSwapped(sums: Float64Array, groups: readonly SwapGroup[], column: Float64Array): void {
  const table = new Float64Array(BYTES * MASKS);
  for (const { start, end, masks } of groups) {
    for (let byte = 0; byte < BYTES; byte++) fillTable(table, byte * MASKS, column, start + 8 * byte, end);
    for (let p = 0; p < masks.length; p++) {
      const mask = masks[p] as number;
      const low = (table[mask & 255] as number) + (table[256 + ((mask >>> 8) & 255)] as number);
      const high = (table[512 + ((mask >>> 16) & 255)] as number) + (table[768 + (mask >>> 24)] as number);
      sums[p] = (sums[p] as number) + low + high;
    }
  }
}

/** Writes from `at` on, of each mask of the eight examples from `start` on, the sum of those in it; none is beyond `end`. */
function fillTable(table: Float64Array, at: number, column: Float64Array, start: number, end: number): void {
  table[at] = 0;
  for (let bit = 0; bit < 8; bit++) {
    const value = start + bit < end ? (column[start + bit] as number) : 0;
    const half = 2 ** bit;
    for (let mask = 0; mask < half; mask++) table[at + half + mask] = (table[at + mask] as number) + value;
  }
}
