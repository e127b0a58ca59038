// The Gaussian error linear unit (Hendrycks and Gimpel, 2016), exact form, with a hand-written gradient.
import * as tf from '@tensorflow/tfjs';
import { hasKernel, runKernel } from './kernel.ts';

const INVERSE_SQRT_2PI = 1 / Math.sqrt(2 * Math.PI);

/** x * Phi(x), Phi being the standard normal distribution function; any shape. */
export function gelu<T extends tf.Tensor>(x: T): T {
  const compute = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [input, save] = args as [tf.Tensor, tf.GradSaveFunc];
    save([input]);
    const value = hasKernel('Gelu')
      ? (runKernel('Gelu', { x: input }, {}) as tf.Tensor)
      : tf.mul(input, normalCdf(input));
    return { value, gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => gradient(dy, saved[0] as tf.Tensor) };
  });
  return compute(x) as T;
}

function normalCdf(x: tf.Tensor): tf.Tensor {
  return tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))));
}

function gradient(dy: tf.Tensor, x: tf.Tensor): tf.Tensor {
  const density = tf.mul(INVERSE_SQRT_2PI, tf.exp(tf.mul(-0.5, tf.square(x))));
  return tf.mul(dy, tf.add(normalCdf(x), tf.mul(x, density)));
}
