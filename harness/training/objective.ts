// What training lowers: the loss of a batch under a model, whatever the model is.
import { type CausalSequences, feedCausal } from '../models/causal-batch.ts';
import type { Decoder } from '../models/decoder.ts';
import type { Dropout } from '../models/dropout.ts';
import { feed, type tf } from '../tensor/index.ts';
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

/** The mean cross-entropy of the tokens that are labels. */
export function textObjective(decoder: Decoder): Objective<TextBatch> {
  return {
    get revision() {
      return decoder.revision;
    },
    head: [],
    shapeOf: ({ tokens }) => `${tokens.size} ${tokens.length} ${tokens.positions.length}`,
    weightOf: ({ labels }) => labels.reduce((count, label) => count + Number(label !== IGNORED), 0),
    loss(current, dropout) {
      const { states } = decoder.read(
        feedCausal(decoder.spec, () => current().tokens),
        dropout,
      );
      const labels = feed([states.shape[0]], 'int32', () => current().labels) as tf.Tensor1D;
      return decoder.crossEntropy(states, labels, IGNORED);
    },
  };
}
