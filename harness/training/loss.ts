// Scores of a batch, and the loss that training lowers.
import type { TaskKind } from '../contracts/dataset.ts';
import { feedTokens, MASKED } from '../models/batch.ts';
import type { Dropout } from '../models/dropout.ts';
import type { Encoder } from '../models/encoder.ts';
import type { Head } from '../models/head.ts';
import { feed, tf } from '../tensor/index.ts';
import type { ExampleBatch } from './examples.ts';
import type { LabelScale } from './label-scale.ts';

/** A model with its task head. */
export interface TaskModel {
  readonly kind: TaskKind;
  readonly encoder: Encoder;
  readonly head: Head;
  /** On which a regression is learned. */
  readonly labelScale: LabelScale;
}

/** A batch that changes while its shape stays: what a computation, traced once, is fed with. */
export type CurrentBatch = () => ExampleBatch;

/** [examples, classes], [examples, options] or, of a regression, [examples, 1] on the scale on which it is learned. */
export function scores({ kind, encoder, head }: TaskModel, current: CurrentBatch, dropout: Dropout): tf.Tensor2D {
  const tokens = feedTokens(() => current().tokens);
  const outputs = head.outputs(encoder.first(tokens, dropout), dropout);
  if (kind !== 'choice') return outputs;
  const { examples, options } = current();
  const shape: [number, number] = [examples.length, options];
  return tf.add(
    tf.reshape(outputs, shape),
    feed(shape, 'float32', () => absentOptions(current())),
  );
}

/** Mean squared error of a regression, else mean cross-entropy of the right class or option. */
export function loss(model: TaskModel, current: CurrentBatch, dropout: Dropout): tf.Scalar {
  const given = scores(model, current, dropout);
  const [rows, columns] = given.shape;
  if (model.kind === 'regression') {
    const { shift, scale } = model.labelScale;
    const scaled = () => Float32Array.from(current().examples, ({ label }) => (label - shift) / scale);
    const values = feed([rows, 1], 'float32', scaled);
    return tf.mean(tf.squaredDifference(given, values));
  }
  const right = feed([rows, columns], 'float32', () => oneHot(current(), columns));
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(given), right), 1)));
}

/** [examples, options]: 0, or MASKED where an example has fewer options. */
function absentOptions({ examples, options }: ExampleBatch): Float32Array {
  return Float32Array.from(
    examples.flatMap(({ sequences }) => Array.from({ length: options }, (_, i) => (i < sequences.length ? 0 : MASKED))),
  );
}

/** [examples, columns]: 1 at each example's label. */
function oneHot({ examples }: ExampleBatch, columns: number): Float32Array {
  return Float32Array.from(
    examples.flatMap(({ label }) => Array.from({ length: columns }, (_, i) => Number(i === label))),
  );
}
