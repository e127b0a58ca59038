// The Gaussian error linear unit (Hendrycks and Gimpel, 2016), exact form, with a hand-written gradient.
import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runKernel } from './kernel.ts';

const INVERSE_SQRT_2PI = 1 / Math.sqrt(2 * Math.PI);

/** x * Phi(x), Phi being the standard normal distribution function; any shape. */
export function gelu<T extends tf.Tensor>(x: T): T {
  return differentiable([x] as const, ([input]) => ({ value: forward(input), saved: [input] }), backward) as T;
}

function forward(x: tf.Tensor): tf.Tensor {
  return hasKernel('Gelu') ? (runKernel('Gelu', { x }, {}) as tf.Tensor) : tf.mul(x, normalCdf(x));
}

function backward(dy: tf.Tensor, [x]: readonly tf.Tensor[]): tf.Tensor[] {
  const input = x as tf.Tensor;
  if (hasKernel('GeluGradient')) return [runKernel('GeluGradient', { dy, x: input }, {}) as tf.Tensor];
  const density = tf.mul(INVERSE_SQRT_2PI, tf.exp(tf.mul(-0.5, tf.square(input))));
  return [tf.mul(dy, tf.add(normalCdf(input), tf.mul(input, density)))];
}

function normalCdf(x: tf.Tensor): tf.Tensor {
  return tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))));
}
