// The shapes of a run's batches.
import type { ModelSpec } from '../contracts/model.ts';
import type { Training } from '../contracts/run-config.ts';
import type { Texts } from './texts.ts';

export interface BatchShape {
  /** Rows of tokens. */
  readonly sequences: number;
  /** Tokens of each, padding included. */
  readonly length: number;
  /** Tokens whose next one is predicted: a decoder's, whose logits are computed. */
  readonly predicted: number;
  /** Tokens read before, whose keys and values are remembered; none where nothing is said. */
  readonly past?: number;
}

export interface StepShape {
  /** The largest that is computed at a time. */
  readonly largest: BatchShape;
  /** What a step computes in all, as if at once: the mean. */
  readonly mean: BatchShape;
  /** Parts that the largest step is computed in. */
  readonly parts: number;
  /** Different shapes that a run computes, each a graph of its own. */
  readonly shapes: number;
}

type Batching = Pick<Training, 'batchSize' | 'microBatchSize' | 'batching' | 'maxLength' | 'lossOn'>;

export function stepShape(spec: ModelSpec, training: Batching, texts: Texts): StepShape {
  const examples = Math.min(training.batchSize, Math.max(1, texts.examples));
  if (spec.family === 'decoder' && training.batching === 'packed') return packedShape(training, texts, examples);
  const atOnce = Math.min(training.microBatchSize ?? examples, examples);
  const shape = (rows: number, length: number): BatchShape => {
    const sequences = rows * texts.sequences;
    const predicted = spec.family === 'encoder' ? 0 : predictedRows(sequences * length, rows * texts.learnt);
    return { sequences, length, predicted };
  };
  return {
    largest: shape(atOnce, texts.longest),
    mean: shape(examples, texts.mean),
    parts: Math.ceil(examples / atOnce),
    shapes: texts.groups.length,
  };
}

/** Rows of `maxLength` tokens with as many texts as fit; batches hold texts of near-equal length. */
function packedShape({ microBatchSize, maxLength }: Batching, texts: Texts, examples: number): StepShape {
  const rowsOf = (tokens: number) => Math.max(1, Math.ceil((examples * tokens) / maxLength));
  const most = rowsOf(Math.min(texts.longest, maxLength));
  const atOnce = microBatchSize ?? most;
  const usual = rowsOf(texts.tokens);
  const shape = (sequences: number): BatchShape => {
    const held = Math.min(examples, (sequences * maxLength) / Math.max(1, texts.tokens));
    return { sequences, length: maxLength, predicted: predictedRows(sequences * maxLength, held * texts.learnt) };
  };
  return {
    largest: shape(atOnce),
    mean: shape(microBatchSize === null ? usual : Math.ceil(usual / atOnce) * atOnce),
    parts: Math.ceil(most / atOnce),
    // They differ in how many logits are computed.
    shapes: 2,
  };
}

/** What is read at a time to be scored, at most: what all share, then texts of one length together. */
export function evaluationShapes(
  { family }: ModelSpec,
  { evalBatchSize }: Pick<Training, 'evalBatchSize'>,
  { sequences, longest, groups, shared }: Texts,
): BatchShape[] {
  if (family === 'encoder') {
    return groups.map(({ length, examples }) => ({
      ...{ sequences: Math.max(1, Math.min(evalBatchSize, examples * sequences)), length, predicted: 0 },
    }));
  }
  const atOnce = Math.max(2, Math.floor(SCORED_TOKENS / longest));
  const scored = { sequences: atOnce, length: longest, predicted: SCORED_ROWS, past: shared };
  return shared === 0 ? [scored] : [{ sequences: 1, length: shared, predicted: 0 }, scored];
}

/** Tokens that a decoder reads at a time where it is scored, and rows of logits (training/score-branches.ts). */
const [SCORED_TOKENS, SCORED_ROWS] = [512, 64];

/** Rows of logits are computed by so many; all of them where that leaves less than a quarter out (training/objective.ts). */
const ROWS = 128;

function predictedRows(tokens: number, learnt: number): number {
  const rows = Math.ceil(Math.max(1, learnt) / ROWS) * ROWS;
  return rows > 0.75 * tokens ? tokens : rows;
}
