// Log-likelihoods of the branches of prompts under a decoder: each prompt is one packed sequence, its trunk once and then
// every branch, of which none sees another. A prefix that prompts share is read once and remembered.
import { groupBy } from '../contracts/group-by.ts';
import { MASKED } from '../models/batch.ts';
import { type CausalSequences, feedCausal, packSegments, type Segment, TRUNK } from '../models/causal-batch.ts';
import type { Decoder } from '../models/decoder.ts';
import { noDropout } from '../models/dropout.ts';
import type { BranchedPrompt } from '../protocols/choice-prompt.ts';
import { type Captured, capture, feed, tf } from '../tensor/index.ts';
import { createPrefixReader, NOTHING, type RememberedPrefix } from './prefix-memory.ts';
import { createReplay } from './replay.ts';
import { TokenMemory } from './token-memory.ts';

/** Packed lengths are rounded up to a multiple of this: few shapes to compile, few tokens in vain. */
const LENGTH_STEP = 16;
/** Tokens that are read at a time, about. */
const BATCH_TOKENS = 512;
/** Rows of logits computed at a time: a vocabulary is wide. */
const LOGIT_ROWS = 64;
/** Numbers that a processor takes at a time, at most. */
const VECTOR = 16;

/**
 * The sum over a branch's tokens of log p(token | prefix, trunk, branch so far), of each branch of each prompt. A prompt is
 * padded to its own length rounded up, so its scores do not depend on its neighbours.
 * @param onProgress called with the number of prompts done
 */
export function scoreBranches(
  decoder: Decoder,
  prompts: readonly BranchedPrompt[],
  onProgress: (done: number) => void,
): number[][] {
  const readPrefix = createPrefixReader(decoder);
  const reader = createReplay(shapeOf, (current: () => PackedPrompts) => {
    const tokens = feedCausal(decoder.spec, () => current().sequences);
    const isBare = current().remembered.memory === undefined;
    const past = isBare ? [] : TokenMemory.feed(decoder.spec, () => current().remembered.memory as TokenMemory);
    return [decoder.read(tokens, noDropout, past).states];
  });
  const score = createTokenScorer(decoder);
  const results = new Map<BranchedPrompt, number[]>();
  for (const [prefix, sharing] of groupBy(prompts, (prompt) => prompt.prefix)) {
    const remembered = prefix === undefined ? NOTHING : readPrefix(prefix);
    for (const { members, rows, length } of batchesOf(sharing)) {
      const segments = rows.map((prompt) => segmentsOf(prompt, remembered.next));
      const sequences = packSegments(segments, length, decoder.spec.padTokenId, remembered.past);
      const states = readAndDispose(reader.run({ sequences, remembered }));
      const tokens = members.flatMap((prompt, row) => scoredTokens(prompt, row * length));
      const logarithms = score(states, tokens);
      for (const prompt of members)
        results.set(
          prompt,
          prompt.branches.map(() => 0),
        );
      for (const [i, { prompt, branch }] of tokens.entries()) {
        const sums = results.get(prompt) as number[];
        sums[branch] = (sums[branch] as number) + (logarithms[i] as number);
      }
      onProgress(results.size);
    }
  }
  return prompts.map((prompt) => results.get(prompt) as number[]);
}

interface PackedPrompts {
  readonly sequences: CausalSequences;
  readonly remembered: RememberedPrefix;
}

const shapeOf = ({ sequences: { size, length }, remembered }: PackedPrompts): string =>
  `${size} ${length} ${remembered.past.length}`;

const tokensOf = ({ trunk, branches }: BranchedPrompt): number =>
  trunk.length + branches.reduce((sum, { length }) => sum + length - 1, 0);

const packedLength = (prompt: BranchedPrompt): number => Math.ceil(tokensOf(prompt) / LENGTH_STEP) * LENGTH_STEP;

interface Batch {
  readonly members: readonly BranchedPrompt[];
  /** The members, and the first of them again for as long as rows lack. */
  readonly rows: readonly BranchedPrompt[];
  /** Tokens a row. */
  readonly length: number;
}

/** Prompts of one packed length together, the shortest first. */
function batchesOf(prompts: readonly BranchedPrompt[]): Batch[] {
  const groups = [...groupBy(prompts, packedLength)].sort(([a], [b]) => a - b);
  return groups.flatMap(([length, group]) => {
    const size = Math.max(2, Math.floor(BATCH_TOKENS / length));
    return Array.from({ length: Math.ceil(group.length / size) }, (_, batch) => {
      const members = group.slice(batch * size, (batch + 1) * size);
      const rows = Array.from({ length: size }, (_, i) => members[i] ?? (members[0] as BranchedPrompt));
      return { members, rows, length };
    });
  });
}

/** A branch's last token predicts nothing that is asked for and is left out. */
function segmentsOf({ trunk, branches }: BranchedPrompt, start: number): Segment[] {
  const first = { ids: trunk, start, branch: TRUNK };
  const others = branches.map((ids, i) => ({
    ids: ids.slice(0, -1),
    start: start + trunk.length,
    branch: TRUNK + 1 + i,
  }));
  return [first, ...others];
}

/**
 * Logits [rows, vocab] with classes of no probability behind them: ONNX Runtime adds up a row's exponentials in an order
 * that depends on where in memory the row begins, which is then the same for all.
 */
function inWholeVectors(logits: tf.Tensor2D): tf.Tensor2D {
  const lacking = (VECTOR - (logits.shape[1] % VECTOR)) % VECTOR;
  return lacking === 0
    ? logits
    : tf.pad2d(
        logits,
        [
          [0, 0],
          [0, lacking],
        ],
        MASKED,
      );
}

interface ScoredToken {
  readonly id: number;
  /** The row of the state that predicts it. */
  readonly row: number;
  readonly prompt: BranchedPrompt;
  readonly branch: number;
}

/** The tokens of a prompt's branches; its packed sequence begins at row `start`. */
function scoredTokens(prompt: BranchedPrompt, start: number): ScoredToken[] {
  const { trunk, branches } = prompt;
  let next = start + trunk.length;
  const last = next - 1;
  return branches.flatMap((tokens, branch) =>
    tokens.map((id, i) => ({ id, row: i === 0 ? last : next++, prompt, branch })),
  );
}

/** Gives log p of each token from the states of a batch. */
function createTokenScorer(decoder: Decoder): (states: Float32Array, tokens: readonly ScoredToken[]) => number[] {
  const { hidden } = decoder.spec;
  const given = new Float32Array(LOGIT_ROWS * hidden);
  const targets = new Int32Array(LOGIT_ROWS);
  let program: Captured | undefined;
  const trace = (): tf.Tensor[] => {
    const states = feed([LOGIT_ROWS, hidden], 'float32', () => given) as tf.Tensor2D;
    const labels = feed([LOGIT_ROWS], 'int32', () => targets) as tf.Tensor1D;
    const cells = tf.stack([tf.range(0, LOGIT_ROWS, 1, 'int32'), labels], 1);
    return [tf.gatherND(tf.logSoftmax(inWholeVectors(decoder.logits(states))), cells)];
  };
  return (states, tokens) => {
    const logarithms: number[] = [];
    for (let first = 0; first < tokens.length; first += LOGIT_ROWS) {
      const part = tokens.slice(first, first + LOGIT_ROWS);
      for (const [i, { id, row }] of part.entries()) {
        given.set(states.subarray(row * hidden, (row + 1) * hidden), i * hidden);
        targets[i] = id;
      }
      program ??= capture(trace);
      logarithms.push(...readAndDispose(program.run()).subarray(0, part.length));
    }
    return logarithms;
  };
}

function readAndDispose([tensor]: readonly tf.Tensor[]): Float32Array {
  const values = (tensor as tf.Tensor).dataSync() as Float32Array;
  (tensor as tf.Tensor).dispose();
  return values;
}
