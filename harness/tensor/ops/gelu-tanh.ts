// The Gaussian error linear unit (Hendrycks and Gimpel, 2016) in its tanh form, with a hand-written gradient.
import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runKernel } from './kernel.ts';

const SQRT_2_OVER_PI = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))); any shape. */
export function geluTanh<T extends tf.Tensor>(x: T): T {
  return differentiable([x] as const, ([input]) => ({ value: forward(input), saved: [input] }), backward) as T;
}

function forward(x: tf.Tensor): tf.Tensor {
  if (hasKernel('GeluTanh')) return runKernel('GeluTanh', { x }, {}) as tf.Tensor;
  return tf.mul(tf.mul(0.5, x), tf.add(1, tf.tanh(inner(x))));
}

function backward(dy: tf.Tensor, [x]: readonly tf.Tensor[]): tf.Tensor[] {
  const input = x as tf.Tensor;
  const tanh = tf.tanh(inner(input));
  const slope = tf.mul(SQRT_2_OVER_PI, tf.add(1, tf.mul(3 * CUBIC, tf.square(input))));
  const curved = tf.mul(tf.mul(input, slope), tf.sub(1, tf.square(tanh)));
  return [tf.mul(dy, tf.mul(0.5, tf.add(tf.add(1, tanh), curved)))];
}

function inner(x: tf.Tensor): tf.Tensor {
  return tf.mul(SQRT_2_OVER_PI, tf.mul(x, tf.add(1, tf.mul(CUBIC, tf.square(x)))));
}
