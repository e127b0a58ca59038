// An index of texts by the rarest of their shingles, in which whatever is similar to one of them finds it.
import { IntList } from './int-list.ts';
import { ShingleTable } from './shingle-table.ts';
import type { Speller } from './symbols.ts';

/** The least similarity: four in five, as whole numbers. */
export const [PART, WHOLE] = [4, 5];

/** Of so many texts one tells which shingles are rare. */
const SAMPLED = 8;

export interface QueryIndex {
  /** The shingles that queries have, the rarest first. */
  readonly table: ShingleTable;
  /** Queries by the number of their shingles, the fewest first: all that follows numbers them so. */
  readonly queries: Int32Array;
  /** Where a query's shingles begin and end in `shingles`, which ascend. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly shingles: Int32Array;
  /** How many queries have fewer shingles than the index says, up to one more than any has. */
  readonly smaller: Int32Array;
  /** Where a shingle's postings begin, and at last where all end. */
  readonly heads: Int32Array;
  /** The queries that have the shingle among their rarest, ascending, and where in `shingles`. */
  readonly postings: Int32Array;
  readonly positions: Int32Array;
  /** Of each posting, how large a set may be that is similar and shares none of the query's shingles before. */
  readonly reaches: Int32Array;
}

/** The least number of shingles that a set of so many shares with one that is similar to it; also the least size of that. */
export const leastShared = (size: number): number => Math.ceil((size * PART) / WHOLE);

/** So many of a set's shingles, whichever they are, hold one that a similar set shares. */
export const prefixOf = (size: number): number => size - leastShared(size) + 1;

/** How large a set may be that is similar to one of `size`, and shares no more than `most` of its shingles. */
export const largestSimilar = (size: number, most: number): number => Math.floor((most * (PART + WHOLE)) / PART) - size;

/** @param texts which shingles are rare is counted in some of these: a matter of speed alone */
export function indexQueries(queries: readonly string[], texts: readonly string[], speller: Speller): QueryIndex {
  const table = new ShingleTable();
  const list = new IntList();
  const bounds = queries.map((query, index) => {
    const symbols = speller.spell(query);
    const start = list.length;
    const count = speller.count(query);
    for (let at = 0; at < count; at++) list.push(table.add(symbols, at));
    list.length = sortDistinct(list.view(), start);
    return { index, start, end: list.length };
  });
  bounds.sort((a, b) => a.end - a.start - (b.end - b.start));
  const rarest = rarestFirst(countIn(texts, table, speller));
  table.renumber(rarest);
  const shingles = list.view();
  for (const { start, end } of bounds) {
    for (let i = start; i < end; i++) shingles[i] = rarest[shingles[i] as number] as number;
    shingles.subarray(start, end).sort();
  }
  const sets = {
    table,
    queries: Int32Array.from(bounds, ({ index }) => index),
    starts: Int32Array.from(bounds, ({ start }) => start),
    ends: Int32Array.from(bounds, ({ end }) => end),
    shingles,
  };
  return { ...sets, smaller: countSmaller(bounds.map(({ start, end }) => end - start)), ...postingsOf(sets) };
}

/** Sorts the numbers from `start` on, each once. @returns where they end */
export function sortDistinct(numbers: Int32Array, start: number): number {
  numbers.subarray(start).sort();
  let end = start;
  for (let i = start; i < numbers.length; i++) {
    if (i === start || numbers[i] !== numbers[end - 1]) numbers[end++] = numbers[i] as number;
  }
  return end;
}

/** How often each shingle of the table comes in some of the texts. */
function countIn(texts: readonly string[], table: ShingleTable, speller: Speller): Int32Array {
  const counts = new Int32Array(table.size);
  for (let i = 0; i < texts.length; i += SAMPLED) {
    const text = texts[i] as string;
    const symbols = speller.spell(text);
    const count = speller.count(text);
    for (let at = 0; at < count; at++) {
      const shingle = table.find(symbols, at);
      if (shingle >= 0) counts[shingle] = (counts[shingle] as number) + 1;
    }
  }
  return counts;
}

/** From each number to how many come less often, or as often with a smaller number. */
function rarestFirst(counts: Int32Array): Int32Array {
  // One number of both, as sorting numbers takes a fraction of the time of sorting by a function.
  const keys = Float64Array.from(counts, (count, number) => count * counts.length + number).sort();
  const ranks = new Int32Array(counts.length);
  for (const [rank, key] of keys.entries()) ranks[key % counts.length] = rank;
  return ranks;
}

/** @param sizes ascending */
function countSmaller(sizes: readonly number[]): Int32Array {
  const smaller = new Int32Array((sizes.at(-1) as number) + 2).fill(sizes.length);
  for (let size = 0, count = 0; size < smaller.length - 1; size++) {
    while ((sizes[count] as number) < size) count++;
    smaller[size] = count;
  }
  return smaller;
}

type Sets = Pick<QueryIndex, 'table' | 'starts' | 'ends' | 'shingles'>;

type Postings = Pick<QueryIndex, 'heads' | 'postings' | 'positions' | 'reaches'>;

function postingsOf({ table, starts, ends, shingles }: Sets): Postings {
  const eachPosting = (visit: (query: number, position: number, shingle: number) => void) => {
    for (let query = 0; query < starts.length; query++) {
      const start = starts[query] as number;
      const end = start + prefixOf((ends[query] as number) - start);
      for (let position = start; position < end; position++) visit(query, position, shingles[position] as number);
    }
  };
  const heads = new Int32Array(table.size + 1);
  eachPosting((_query, _position, shingle) => {
    heads[shingle + 1] = (heads[shingle + 1] as number) + 1;
  });
  for (let i = 0; i < table.size; i++) heads[i + 1] = (heads[i + 1] as number) + (heads[i] as number);
  const total = heads[table.size] as number;
  const [postings, positions, reaches] = [new Int32Array(total), new Int32Array(total), new Int32Array(total)];
  const next = heads.slice();
  eachPosting((query, position, shingle) => {
    const place = next[shingle] as number;
    next[shingle] = place + 1;
    postings[place] = query;
    positions[place] = position;
    const end = ends[query] as number;
    reaches[place] = largestSimilar(end - (starts[query] as number), end - position);
  });
  return { heads, postings, positions, reaches };
}
