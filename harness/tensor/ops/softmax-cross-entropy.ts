// Cross-entropy of class logits with a hand-written gradient that needs no one-hot table.
import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runKernel } from './kernel.ts';

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
      const classes = tf.where(counted, labels, tf.zerosLike(labels));
      const count = tf.cast(counted, 'float32');
      const weights = tf.div(count, tf.maximum(tf.sum(count), 1));
      const value = tf.neg(tf.sum(tf.mul(logSoftmaxAt(given, classes), weights)));
      return { value, saved: [given, classes, weights] };
    },
    (dy, saved) => {
      const [given, classes, weights] = saved as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D];
      return [logSoftmaxAtGradient(given, classes, tf.mul(weights, dy))];
    },
  ) as tf.Scalar;
}

/** [rows] */
function logSoftmaxAt(logits: tf.Tensor2D, labels: tf.Tensor1D): tf.Tensor {
  if (hasKernel('LogSoftmaxAt')) return runKernel('LogSoftmaxAt', { logits, labels }, {}) as tf.Tensor;
  return tf.gatherND(tf.logSoftmax(logits), cellsOf(labels));
}

/** weights * (softmax(logits) - 1 at the label), [rows, classes] */
function logSoftmaxAtGradient(logits: tf.Tensor2D, labels: tf.Tensor1D, weights: tf.Tensor1D): tf.Tensor {
  if (hasKernel('LogSoftmaxAtGradient')) {
    return (runKernel('LogSoftmaxAtGradient', { logits, labels, weights }, {}) as tf.Tensor[])[0] as tf.Tensor;
  }
  const probabilities = tf.softmax(logits);
  const cells = cellsOf(labels);
  const atLabels = tf.sub(tf.gatherND(probabilities, cells), 1);
  return tf.mul(tf.tensorScatterUpdate(probabilities, cells, atLabels), tf.reshape(weights, [-1, 1]));
}

/** Row and class of each label, [rows, 2]. */
function cellsOf(labels: tf.Tensor1D): tf.Tensor2D {
  return tf.stack([tf.range(0, labels.shape[0], 1, 'int32'), labels], 1) as tf.Tensor2D;
}
