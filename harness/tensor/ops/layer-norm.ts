// Layer normalisation (Ba, Kiros and Hinton, 2016) with a hand-written gradient.
import * as tf from '@tensorflow/tfjs';
import { hasKernel, runKernel } from './kernel.ts';

/**
 * y = (x - mean) / sqrt(variance + epsilon) * scale + bias over the last axis.
 * @param x [rows, width]
 * @param scale [width]
 * @param bias [width]
 */
export function layerNorm(x: tf.Tensor2D, scale: tf.Tensor1D, bias: tf.Tensor1D, epsilon: number): tf.Tensor2D {
  const compute = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const [input, gain, shift, save] = args as [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D, tf.GradSaveFunc];
    const [value, mean, inverse] = normalise(input, gain, shift, epsilon);
    save([input, gain, mean, inverse]);
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) =>
        gradient(dy, saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]),
    };
  });
  return compute(x, scale, bias) as tf.Tensor2D;
}

function normalise(
  x: tf.Tensor,
  scale: tf.Tensor,
  bias: tf.Tensor,
  epsilon: number,
): [tf.Tensor, tf.Tensor, tf.Tensor] {
  if (hasKernel('LayerNorm'))
    return runKernel('LayerNorm', { x, scale, bias }, { epsilon }) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const { mean, variance } = tf.moments(x, -1, true);
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  return [tf.add(tf.mul(tf.mul(tf.sub(x, mean), inverse), scale), bias), mean, inverse];
}

function gradient(dy: tf.Tensor, [x, scale, mean, inverse]: [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]): tf.Tensor[] {
  const standard = tf.mul(tf.sub(x, mean), inverse);
  const dStandard = tf.mul(dy, scale);
  const meanOfGradient = tf.mean(dStandard, -1, true);
  const meanOfProduct = tf.mean(tf.mul(dStandard, standard), -1, true);
  const dx = tf.mul(inverse, tf.sub(tf.sub(dStandard, meanOfGradient), tf.mul(standard, meanOfProduct)));
  return [dx, tf.sum(tf.mul(dy, standard), 0), tf.sum(dy, 0)];
}
