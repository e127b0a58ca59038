// Cross-entropy of class logits with a hand-written gradient that needs no one-hot table.
import * as tf from '@tensorflow/tfjs';
import { differentiable } from './kernel.ts';

/**
 * The mean of -log softmax(logits)[label] over the rows whose label is not `ignored`; 0 where there is no such row.
 * @param logits [rows, classes]
 * @param labels [rows], int32: classes, or `ignored`
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor1D, ignored: number): tf.Scalar {
  return differentiable(
    [logits] as const,
    ([given]) => {
      const counted = tf.notEqual(labels, ignored);
      const cells = tf.stack(
        [tf.range(0, given.shape[0], 1, 'int32'), tf.where(counted, labels, tf.zerosLike(labels))],
        1,
      );
      const count = tf.cast(counted, 'float32');
      const weights = tf.div(count, tf.maximum(tf.sum(count), 1));
      const logarithms = tf.logSoftmax(given);
      const value = tf.neg(tf.sum(tf.mul(tf.gatherND(logarithms, cells), weights)));
      return { value, saved: [logarithms, cells, weights] };
    },
    (dy, saved) => {
      const [logarithms, cells, weights] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const probabilities = tf.exp(logarithms);
      const atLabels = tf.sub(tf.gatherND(probabilities, cells), 1);
      const differences = tf.tensorScatterUpdate(probabilities, cells, atLabels);
      return [tf.mul(differences, tf.reshape(tf.mul(weights, dy), [-1, 1]))];
    },
  ) as tf.Scalar;
}
