// Finds, for each of some texts, the most similar of many others: exactly, by the Jaccard similarity of their shingles, with
// an index of few shingles a text (prefix filtering: Bayardo, Ma and Srikant, 2007).

/** The least similarity of near duplicates, in [0, 1]. */
export const NEAR = 0.8;
/** Words or characters a shingle. */
const SHINGLE = 5;
/** Texts of fewer words are compared by characters: from here on a changed word leaves a text of words a near duplicate. */
const LONG = 50;
const BUCKETS = 2 ** 22;

export interface NearDuplicate {
  /** Of the text that is most similar, the first of equals. */
  readonly index: number;
  /** Shared shingles among all that either has, at least {@link NEAR}. */
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
  const long = mostSimilar(only(true), texts, eachOfWords);
  const short = mostSimilar(only(false), texts, eachOfCharacters);
  const [nextLong, nextShort] = [long.values(), short.values()];
  return isLong.map((of) => (of ? nextLong : nextShort).next().value);
}

/** Calls `visit` with where each shingle of a text begins and ends; a shingle may come twice. */
type EachShingle = (text: string, visit: (from: number, to: number) => void) => void;

const eachOfCharacters: EachShingle = (text, visit) => {
  for (let from = 0; from === 0 || from + SHINGLE <= text.length; from++)
    visit(from, Math.min(from + SHINGLE, text.length));
};

const eachOfWords: EachShingle = (text, visit) => {
  const starts = [0];
  for (let space = text.indexOf(' '); space !== -1; space = text.indexOf(' ', space + 1)) starts.push(space + 1);
  const end = (word: number) => (word < starts.length ? (starts[word] as number) - 1 : text.length);
  for (let word = 0; word === 0 || word + SHINGLE <= starts.length; word++)
    visit(starts[word] as number, end(word + SHINGLE));
};

function mostSimilar(
  queries: readonly string[],
  texts: readonly string[],
  each: EachShingle,
): (NearDuplicate | undefined)[] {
  const best: (NearDuplicate | undefined)[] = queries.map(() => undefined);
  if (queries.length === 0 || texts.length === 0) return best;
  const sets = queries.map((query) => setOf(query, each));
  const rare = indexOfRarest(sets, countBuckets(texts, each));
  // Most shingles of most texts are in no index: their bucket tells without taking them out of the text.
  const isIndexed = new Uint8Array(BUCKETS);
  for (const shingle of rare.keys()) isIndexed[bucketOf(shingle, 0, shingle.length)] = 1;
  for (const [index, text] of texts.entries()) {
    const candidates = new Set<number>();
    each(text, (from, to) => {
      if (isIndexed[bucketOf(text, from, to)] === 0) return;
      for (const query of rare.get(text.slice(from, to)) ?? []) candidates.add(query);
    });
    if (candidates.size === 0) continue;
    const own = setOf(text, each);
    for (const query of candidates) {
      const similarity = jaccard(sets[query] as Set<string>, own);
      if (similarity >= NEAR && similarity > (best[query]?.similarity ?? 0)) best[query] = { index, similarity };
    }
  }
  return best;
}

function setOf(text: string, each: EachShingle): Set<string> {
  const set = new Set<string>();
  each(text, (from, to) => void set.add(text.slice(from, to)));
  return set;
}

/** A number below {@link BUCKETS} that equal shingles share (FNV-1a over UTF-16 units, folded). */
function bucketOf(text: string, from: number, to: number): number {
  let hash = 0x811c9dc5;
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 15)) & (BUCKETS - 1);
}

/** How many shingles of the texts fall in each bucket: about how often a shingle comes, and at least. */
function countBuckets(texts: readonly string[], each: EachShingle): Int32Array {
  const counts = new Int32Array(BUCKETS);
  for (const text of texts) {
    each(text, (from, to) => {
      const bucket = bucketOf(text, from, to);
      counts[bucket] = (counts[bucket] as number) + 1;
    });
  }
  return counts;
}

/**
 * From a shingle to the queries that have it among their rarest. A near duplicate shares at least ceil(0.8 n) of a
 * query's n shingles, so it has one of any n - ceil(0.8 n) + 1 of them: which ones decides the speed alone.
 */
function indexOfRarest(sets: readonly ReadonlySet<string>[], counts: Int32Array): Map<string, number[]> {
  const index = new Map<string, number[]>();
  for (const [query, set] of sets.entries()) {
    const rarest = [...set]
      .map((shingle) => ({ shingle, count: counts[bucketOf(shingle, 0, shingle.length)] as number }))
      .sort((a, b) => a.count - b.count);
    for (const { shingle } of rarest.slice(0, set.size - Math.ceil(set.size * NEAR) + 1)) {
      const queries = index.get(shingle);
      if (queries) queries.push(query);
      else index.set(shingle, [query]);
    }
  }
  return index;
}

/** Or 0 as soon as it is clear that two sets stay below {@link NEAR}. */
function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  const similarity = (shared: number) => shared / (few.size + many.size - shared);
  let shared = few.size;
  if (similarity(shared) < NEAR) return 0;
  for (const item of few) {
    if (!many.has(item) && similarity(--shared) < NEAR) return 0;
  }
  return similarity(shared);
}
