// Root mean square normalisation (Zhang and Sennrich, 2019) with a hand-written gradient.
import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runKernel } from './kernel.ts';

/**
 * y = x / sqrt(mean(x^2) + epsilon) * scale over the last axis.
 * @param x [rows, width]
 * @param scale [width]
 */
export function rmsNorm(x: tf.Tensor2D, scale: tf.Tensor1D, epsilon: number): tf.Tensor2D {
  return differentiable(
    [x, scale] as const,
    ([input, gain]) => {
      const [value, inverse] = normalise(input, gain, epsilon);
      return { value, saved: [input, gain, inverse] };
    },
    backward,
  ) as tf.Tensor2D;
}

function normalise(x: tf.Tensor, scale: tf.Tensor, epsilon: number): [tf.Tensor, tf.Tensor] {
  if (hasKernel('RmsNorm')) return runKernel('RmsNorm', { x, scale }, { epsilon }) as [tf.Tensor, tf.Tensor];
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon));
  return [tf.mul(tf.mul(x, inverse), scale), inverse];
}

/** As in layer-norm.ts: sums over rows and columns are products with vectors. */
function backward(dy: tf.Tensor, saved: readonly tf.Tensor[]): tf.Tensor[] {
  const [x, scale, inverse] = saved as [tf.Tensor2D, tf.Tensor1D, tf.Tensor2D];
  const [rows, width] = x.shape;
  const gradient = dy as tf.Tensor2D;
  const product = tf.mul<tf.Tensor2D>(gradient, x);
  // Of each row: the sum of dy * scale * x, [rows, 1].
  const moment = tf.matMul(product, tf.reshape(scale, [width, 1]) as tf.Tensor2D);
  const alongX = tf.mul(moment, tf.mul(tf.mul(inverse, inverse), tf.mul(inverse, 1 / width)));
  const dx = tf.sub(tf.mul(tf.mul(gradient, scale), inverse), tf.mul(x, alongX));
  const dScale = tf.matMul(tf.reshape(inverse, [1, rows]) as tf.Tensor2D, product);
  return [dx, tf.reshape(dScale, [width])];
}
