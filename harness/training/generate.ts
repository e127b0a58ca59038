// What a decoder continues prompts with: greedy decoding and beam search over a memory of keys and values. The beams of a
// prompt share one memory: a token's keys are written once, and each beam sees its own ancestors, so that to choose among
// beams moves nothing.
import { groupBy } from '../contracts/group-by.ts';
import { InputError } from '../contracts/input-error.ts';
import type { DecoderSpec } from '../contracts/model.ts';
import { requireFinite } from '../contracts/not-finite.ts';
import { HIDDEN, padCausal } from '../models/causal-batch.ts';
import type { Decoder } from '../models/decoder.ts';
import { type Candidate, candidatesOf, createSearch, type Search } from './beam-search.ts';
import { createNextTokens, type NextBatch, type NextTokens } from './next-tokens.ts';
import type { TokenMemory } from './token-memory.ts';

export interface GenerateOptions {
  /** At least one. */
  readonly maxNewTokens: number;
  /** Continuations of a prompt that are followed at a time; with one, decoding is greedy. */
  readonly beams: number;
  /** Prompts at a time, at most; a power of two wastes no rows. */
  readonly batchSize?: number;
}

/** Prompts are padded to a multiple of this: few shapes to compile. */
const PROMPT_STEP = 32;
/** Keys that a step sees, its own tokens' included, are a multiple of this. */
const KEY_STEP = 64;

/**
 * The new tokens of each prompt, without the one of `spec.eosTokenIds` that ended them, if any did. What transformers'
 * `generate(do_sample=False, num_beams=beams, max_new_tokens=maxNewTokens)` gives. A prompt is padded to its own length
 * rounded up, so its continuation does not depend on its neighbours.
 * @param prompts at least one token each
 * @param onProgress called with the number of prompts done
 * @throws InputError where the vocabulary is too small for so many beams; NotFinite where a probability is no number
 */
export function generate(
  decoder: Decoder,
  prompts: readonly (readonly number[])[],
  { maxNewTokens, beams, batchSize = 16 }: GenerateOptions,
  onProgress: (done: number) => void,
): number[][] {
  const { vocab, eosTokenIds, padTokenId } = decoder.spec;
  const options = { beams, maxNewTokens, eosTokenIds };
  const candidates = candidatesOf(options);
  if (candidates > vocab)
    throw new InputError(`beams is ${beams}, expected fewer: ${candidates} candidates of ${vocab} tokens`);
  const model = createNextTokens(decoder, candidates);
  const results = new Map<number, readonly number[]>();
  for (const [length, group] of groupsOfOneLength(prompts)) {
    for (let start = 0; start < group.length; start += batchSize) {
      const members = group.slice(start, start + batchSize);
      const lines = members.map((index) => new Line(prompts[index] as readonly number[], createSearch(options)));
      decode(model, lines, { length, beams, padTokenId });
      for (const [i, index] of members.entries()) results.set(index, (lines[i] as Line).search.best());
      onProgress(results.size);
    }
  }
  return prompts.map((_, index) => [...(results.get(index) as readonly number[])]);
}

/** Numbers of the prompts by padded length, the shortest first. */
function groupsOfOneLength(prompts: readonly (readonly number[])[]): [length: number, numbers: number[]][] {
  const lengthOf = (index: number) => roundUp((prompts[index] as readonly number[]).length, PROMPT_STEP);
  return [...groupBy([...prompts.keys()], lengthOf)].sort(([a], [b]) => a - b);
}

interface Beam {
  /** The last token: the next to be read. */
  readonly token: number;
  /** Where the memory holds the tokens between it and the prompt. */
  readonly slots: ReadonlySet<number>;
}

/** A prompt and what it is continued with. */
class Line {
  beams: readonly Beam[] = [];

  constructor(
    readonly prompt: readonly number[],
    readonly search: Search,
  ) {}

  /**
   * @param candidates of each beam, the likeliest first
   * @param read where the memory holds the last tokens of the beams, the first of them
   */
  goOn(candidates: readonly (readonly Candidate[])[], read: number): void {
    for (const { logProbability } of candidates.flat()) {
      requireFinite([logProbability], (value) => `a token that continues a prompt has the log-probability ${value}`);
    }
    this.beams = this.search.advance(candidates).map(({ token, parent }) => {
      const before = this.beams[parent];
      return { token, slots: new Set(before === undefined ? [] : [...before.slots, read + parent]) };
    });
  }
}

interface BatchShape {
  /** Of the padded prompts. */
  readonly length: number;
  readonly beams: number;
  readonly padTokenId: DecoderSpec['padTokenId'];
}

/** Continues the prompts of a batch until all are done. */
function decode(model: NextTokens, lines: readonly Line[], { length, beams, padTokenId }: BatchShape): void {
  const size = rowsOf(lines.length);
  const rows = Array.from({ length: size }, (_, row) => lines[row] ?? (lines[0] as Line));
  const padded = rows.map(({ prompt }) => Array.from({ length }, (_, i) => prompt[i] ?? padTokenId));
  const last = rows.map(({ prompt }) => prompt.length - 1);
  const { candidates, memory } = model.read({ ...padCausal(padded, padTokenId), last });
  for (const [row, line] of lines.entries()) line.goOn([candidates[row] ?? []], 0);
  while (lines.some(({ search }) => !search.isDone)) {
    const read = memory.used;
    const found = model.step(nextBatch(rows, memory, { length, beams, padTokenId }));
    for (const [row, line] of lines.entries()) {
      if (line.search.isDone) continue;
      line.goOn(found.slice(row * beams, row * beams + line.beams.length), read);
    }
  }
}

/** The last tokens of all beams. */
function nextBatch(rows: readonly Line[], memory: TokenMemory, { length, beams, padTokenId }: BatchShape): NextBatch {
  // With room for these tokens too, which are appended once they are read.
  memory.reserve(roundUp(memory.used + 2 * beams, KEY_STEP) - beams);
  const steps = (memory.used - length) / beams;
  return {
    size: rows.length,
    length: beams,
    ids: Int32Array.from(
      rows.flatMap((line) => Array.from({ length: beams }, (_, i) => line.beams[i]?.token ?? padTokenId)),
    ),
    positions: rows.map(({ prompt }) => new Int32Array(beams).fill(prompt.length + steps)),
    past: rows.map(({ prompt }) =>
      Int32Array.from({ length: memory.capacity }, (_, slot) => {
        if (slot < length) return slot < prompt.length ? slot : HIDDEN;
        return slot < memory.used ? prompt.length + Math.floor((slot - length) / beams) : HIDDEN;
      }),
    ),
    branches: rows.map(() => Int32Array.from({ length: beams }, (_, i) => i + 1)),
    recalls: (row, beam, slot) => slot < length || rows[row]?.beams[beam]?.slots.has(slot) === true,
    memory,
  };
}

/** Few numbers of rows, so few shapes to compile; and more than one: a product with one row rounds otherwise. */
function rowsOf(count: number): number {
  return Math.max(2, 2 ** Math.ceil(Math.log2(count)));
}

const roundUp = (count: number, step: number): number => Math.ceil(count / step) * step;
