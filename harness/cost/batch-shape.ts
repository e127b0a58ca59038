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
  /** Parts that a step is computed in. */
  readonly parts: number;
  /** Different shapes that a run computes, each a graph of its own. */
  readonly shapes: number;
}

type Batching = Pick<
  Training,
  'batchSize' | 'microBatchSize' | 'batching' | 'maxLength' | 'lossOn' | 'evalBatchSize'
>;

export function stepShape({ family }: ModelSpec, training: Batching, texts: Texts): StepShape {
  const { batchSize, microBatchSize, batching, maxLength } = training;
  const examples = Math.min(batchSize, Math.max(1, texts.examples));
  if (family === 'decoder' && batching === 'packed') {
    const rows = Math.max(1, Math.ceil((examples * texts.tokens) / maxLength));
    const atOnce = microBatchSize ?? rows;
    const parts = Math.ceil(rows / atOnce);
    const shape = (sequences: number, learnt: number): BatchShape => ({
      sequences,
      length: maxLength,
      predicted: predictedRows(sequences * maxLength, learnt),
    });
    const learnt = examples * texts.learnt;
    const mean = shape(parts * atOnce, learnt);
    return { largest: shape(atOnce, learnt / parts), mean, parts, shapes: 2 };
  }
  const atOnce = Math.min(microBatchSize ?? examples, examples);
  const shape = (rows: number, length: number): BatchShape => {
    const sequences = rows * texts.sequences;
    const predicted = family === 'encoder' ? 0 : predictedRows(sequences * length, rows * texts.learnt);
    return { sequences, length, predicted };
  };
  return {
    largest: shape(atOnce, texts.longest),
    mean: shape(examples, texts.mean),
    parts: Math.ceil(examples / atOnce),
    shapes: texts.lengths,
  };
}

/** What is read at a time to be scored, at most: what all share, then texts of one length together. */
export function evaluationShapes({ family }: ModelSpec, { evalBatchSize }: Batching, texts: Texts): BatchShape[] {
  const { examples, sequences, longest, lengths, shared } = texts;
  if (family === 'encoder') {
    const alike = Math.ceil((examples * sequences) / lengths);
    return [{ sequences: Math.max(1, Math.min(evalBatchSize, alike)), length: longest, predicted: 0 }];
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
