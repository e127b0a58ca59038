// Finds, for each of some texts, the most similar of many others: exactly, by the Jaccard similarity of their shingles.
// Two similar sets share one of the rarest shingles of each, and so early that enough can follow in both (prefix, length
// and positional filtering: Xiao, Wang, Lin, Yu and Wang, 2011).
import { IntList } from './int-list.ts';
import {
  indexQueries,
  largestSimilar,
  leastShared,
  PART,
  prefixOf,
  type QueryIndex,
  sortDistinct,
  WHOLE,
} from './query-index.ts';
import { ShingleTable } from './shingle-table.ts';
import { characterSpeller, type Speller, wordSpeller } from './symbols.ts';

/** Texts of fewer words are compared by characters: from here on a changed word leaves a text of words a near duplicate. */
const LONG = 50;

export interface NearDuplicate {
  /** Of the text that is most similar, the first of equals. */
  readonly index: number;
  /** Shared shingles among all that either has, at least 0.8. */
  readonly similarity: number;
}

/**
 * Shingles are the runs of five words where a query has 50 words or more, else the runs of five characters; a text with
 * fewer is one shingle.
 * @param queries texts whose words single spaces part
 * @param texts the same; much the larger of the two
 * @returns one a query, undefined where no text is similar enough
 */
export function nearDuplicates(queries: readonly string[], texts: readonly string[]): (NearDuplicate | undefined)[] {
  const isLong = queries.map((query) => query.split(' ').length >= LONG);
  const only = (long: boolean) => queries.filter((_, i) => isLong[i] === long);
  const long = mostSimilar(only(true), texts, wordSpeller());
  const short = mostSimilar(only(false), texts, characterSpeller());
  const [nextLong, nextShort] = [long.values(), short.values()];
  return isLong.map((of) => (of ? nextLong : nextShort).next().value);
}

function mostSimilar(
  queries: readonly string[],
  texts: readonly string[],
  speller: Speller,
): (NearDuplicate | undefined)[] {
  if (queries.length === 0) return [];
  const index = indexQueries(queries, texts, speller);
  const best = new Best(queries.length);
  const compared = new Int32Array(queries.length).fill(-1);
  const read = readerOf(index.table, speller);
  const fewest = leastShared((index.ends[0] as number) - (index.starts[0] as number));
  for (const [text, content] of texts.entries()) {
    if (speller.count(content) >= fewest) compare(text, read(content), index, compared, best);
  }
  const found: (NearDuplicate | undefined)[] = queries.map(() => undefined);
  for (const [query, place] of index.queries.entries()) found[place] = best.of(query);
  return found;
}

interface TextShingles {
  /** Those that queries have, ascending. */
  readonly known: Int32Array;
  /** How many there are in all. */
  readonly size: number;
}

function readerOf(table: ShingleTable, speller: Speller): (text: string) => TextShingles {
  const known = new IntList();
  const others = new ShingleTable();
  return (text) => {
    const symbols = speller.spell(text);
    const count = speller.count(text);
    known.length = 0;
    others.clear();
    for (let at = 0; at < count; at++) {
      const shingle = table.find(symbols, at);
      if (shingle >= 0) known.push(shingle);
      else others.add(symbols, at);
    }
    known.length = sortDistinct(known.view(), 0);
    return { known: known.view(), size: known.length + others.size };
  };
}

/** Compares a text with each query that it shares one of its rarest shingles with. */
function compare(
  text: number,
  { known, size }: TextShingles,
  index: QueryIndex,
  compared: Int32Array,
  best: Best,
): void {
  const { ends, starts, smaller, heads, postings, positions, reaches, shingles } = index;
  const largest = smaller.length - 2;
  const from = smaller[Math.min(leastShared(size), largest + 1)] as number;
  // What no query has counts among the rarest: it stands before the rest.
  const prefix = prefixOf(size) - (size - known.length);
  for (let at = 0; at < prefix; at++) {
    const shingle = known[at] as number;
    const to = smaller[Math.min(largestSimilar(size, known.length - at), largest) + 1] as number;
    const end = heads[shingle + 1] as number;
    for (let place = firstFrom(postings, heads[shingle] as number, end, from); place < end; place++) {
      const query = postings[place] as number;
      if (query >= to) break;
      // Neither has a shingle before these that both have: the query would have been met there, or been out of reach.
      if ((reaches[place] as number) < size || compared[query] === text) continue;
      compared[query] = text;
      const sizes = size + (ends[query] as number) - (starts[query] as number);
      const least = best.leastShared(query, sizes);
      const shared = countShared(known, at, shingles, positions[place] as number, ends[query] as number, least);
      if (shared >= least) best.set(query, text, shared, sizes - shared);
    }
  }
}

/** The first place from `start` to `end` at which the ascending `values` are not below `least`. */
function firstFrom(values: Int32Array, start: number, end: number, least: number): number {
  let [low, high] = [start, end];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < least) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many numbers two ascending lists share from `i` and `j` on, or fewer than `least` once that is clear. */
function countShared(a: Int32Array, i: number, b: Int32Array, j: number, end: number, least: number): number {
  let shared = 0;
  while (shared + Math.min(a.length - i, end - j) >= least && i < a.length && j < end) {
    const [left, right] = [a[i] as number, b[j] as number];
    if (left === right) shared++;
    if (left <= right) i++;
    if (right <= left) j++;
  }
  return shared;
}

/** The most similar text of each query so far. */
class Best {
  private readonly texts: Int32Array;
  private readonly shared: Int32Array;
  private readonly all: Int32Array;

  constructor(queries: number) {
    this.texts = new Int32Array(queries).fill(-1);
    this.shared = new Int32Array(queries);
    this.all = new Int32Array(queries);
  }

  /** So many shared shingles of two sets of so many in sum are more similar than the best, or similar at all. */
  leastShared(query: number, sizes: number): number {
    const [shared, all] = [this.shared[query] as number, this.all[query] as number];
    if (all === 0) return Math.ceil((sizes * PART) / (PART + WHOLE));
    return Math.floor((sizes * shared) / (shared + all)) + 1;
  }

  set(query: number, text: number, shared: number, all: number): void {
    this.texts[query] = text;
    this.shared[query] = shared;
    this.all[query] = all;
  }

  of(query: number): NearDuplicate | undefined {
    const index = this.texts[query] as number;
    if (index < 0) return undefined;
    return { index, similarity: (this.shared[query] as number) / (this.all[query] as number) };
  }
}
