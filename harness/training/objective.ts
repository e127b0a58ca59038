// What training lowers: the loss of a batch under a model, whatever the model is.
import { type CausalSequences, feedCausal } from '../models/causal-batch.ts';
import type { Decoder } from '../models/decoder.ts';
import type { Dropout } from '../models/dropout.ts';
import { feed, tf } from '../tensor/index.ts';
import { type ExampleBatch, shapeOf } from './examples.ts';
import { loss, type TaskModel } from './loss.ts';

export interface Objective<Batch> {
  /** Changes whenever a method puts a wrapper on a map or takes one off: what was traced before is then out of date. */
  readonly revision: number;
  /** Variables of the task head, trained beside the method's. */
  readonly head: readonly tf.Variable[];
  /** Equal for batches that the same captured computation serves. */
  shapeOf(batch: Batch): string;
  /** What the loss is a mean over: how much a batch counts beside others of its step. */
  weightOf(batch: Batch): number;
  /** @param current gives a batch that changes while its shape stays */
  loss(current: () => Batch, dropout: Dropout): tf.Scalar;
}

export function taskObjective(model: TaskModel): Objective<ExampleBatch> {
  return {
    get revision() {
      return model.encoder.revision;
    },
    head: model.head.parameters.map(({ variable }) => variable),
    shapeOf,
    weightOf: ({ examples }) => examples.length,
    loss: (current, dropout) => loss(model, current, dropout),
  };
}

/** Texts, and of each token the one that should follow it. */
export interface TextBatch {
  readonly tokens: CausalSequences;
  /** [size * length]: token ids, or {@link IGNORED} where nothing is asked. */
  readonly labels: Int32Array;
}

/** A label that does not count. */
export const IGNORED = -100;

/** The mean cross-entropy of the tokens that are labels; of the others, most logits are not computed. */
export function textObjective(decoder: Decoder): Objective<TextBatch> {
  return {
    get revision() {
      return decoder.revision;
    },
    head: [],
    shapeOf: ({ tokens, labels }) =>
      `${tokens.size} ${tokens.length} ${tokens.positions.length} ${labelledRows(labels).length}`,
    weightOf: ({ labels }) => labels.reduce((count, label) => count + Number(label !== IGNORED), 0),
    loss(current, dropout) {
      const { states } = decoder.read(
        feedCausal(decoder.spec, () => current().tokens),
        dropout,
      );
      const rows = labelledRows(current().labels).length;
      const isAll = rows === states.shape[0];
      const here = () => labelledRows(current().labels);
      const labels = feed([rows], 'int32', () => here().map((row) => current().labels[row] as number)) as tf.Tensor1D;
      const asked = isAll ? states : tf.gather<tf.Tensor2D>(states, feed([rows], 'int32', here) as tf.Tensor1D);
      return decoder.crossEntropy(asked, labels, IGNORED);
    },
  };
}

/** The logits of a multiple of so many tokens are computed: every other number is another graph. */
const ROWS = 128;

/**
 * The tokens that have a label, and as many of the others as make a multiple of {@link ROWS}; all in order where that
 * leaves less than a quarter out.
 */
function labelledRows(labels: Int32Array): Int32Array {
  const all = Int32Array.from(labels, (_, row) => row);
  const labelled = all.filter((row) => labels[row] !== IGNORED);
  const count = Math.ceil(Math.max(1, labelled.length) / ROWS) * ROWS;
  if (count > 0.75 * all.length) return all;
  const others = all.filter((row) => labels[row] === IGNORED);
  return Int32Array.from([...labelled, ...others.subarray(0, count - labelled.length)]);
}
