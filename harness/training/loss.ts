// Scores of a batch, and the loss that training lowers.
import type { TaskKind } from '../contracts/dataset.ts';
import { MASKED } from '../models/batch.ts';
import type { Dropout } from '../models/dropout.ts';
import type { Encoder } from '../models/encoder.ts';
import type { Head } from '../models/head.ts';
import { tf } from '../tensor/index.ts';
import type { ExampleBatch } from './examples.ts';

/** A model with its task head. */
export interface TaskModel {
  readonly kind: TaskKind;
  readonly encoder: Encoder;
  readonly head: Head;
}

/** [examples, classes], [examples, options] or, of a regression, [examples, 1]. */
export function scores({ kind, encoder, head }: TaskModel, batch: ExampleBatch, dropout: Dropout): tf.Tensor2D {
  const outputs = head.outputs(encoder.hidden(batch.tokens, dropout), batch.tokens, dropout);
  if (kind !== 'choice') return outputs;
  const table = tf.reshape(outputs, [batch.examples.length, batch.options]) as tf.Tensor2D;
  if (batch.examples.every(({ sequences }) => sequences.length === batch.options)) return table;
  const absent = batch.examples.flatMap(({ sequences }) =>
    Array.from({ length: batch.options }, (_, i) => (i < sequences.length ? 0 : MASKED)),
  );
  return tf.add(table, tf.tensor2d(absent, [batch.examples.length, batch.options]));
}

/** Mean squared error of a regression, else mean cross-entropy of the right class or option. */
export function loss(model: TaskModel, batch: ExampleBatch, dropout: Dropout): tf.Scalar {
  const given = scores(model, batch, dropout);
  const labels = batch.examples.map(({ label }) => label);
  if (model.kind === 'regression') {
    return tf.mean(tf.squaredDifference(given, tf.tensor2d(labels, [labels.length, 1])));
  }
  const columns = given.shape[1];
  const right = labels.flatMap((label) => Array.from({ length: columns }, (_, i) => Number(i === label)));
  const likelihood = tf.sum(tf.mul(tf.logSoftmax(given), tf.tensor2d(right, [labels.length, columns])), 1);
  return tf.neg(tf.mean(likelihood)) as tf.Scalar;
}
