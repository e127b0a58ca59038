// Layer normalisation (Ba, Kiros and Hinton, 2016) with a hand-written gradient.
import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runKernel } from './kernel.ts';

/**
 * y = (x - mean) / sqrt(variance + epsilon) * scale + bias over the last axis.
 * @param x [rows, width]
 * @param scale [width]
 * @param bias [width]
 */
export function layerNorm(x: tf.Tensor2D, scale: tf.Tensor1D, bias: tf.Tensor1D, epsilon: number): tf.Tensor2D {
  const forward = ([input, gain, shift]: readonly [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D]) => {
    const [value, mean, inverse] = normalise(input, gain, shift, epsilon);
    return { value, saved: [input, gain, mean, inverse] };
  };
  return differentiable([x, scale, bias] as const, forward, backward) as tf.Tensor2D;
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

/**
 * The gradient with what is summed over a row or a column as products with vectors, and the rest as few passes over
 * [rows, width] as there can be (the form of ATen's layer_norm_kernel.cpp).
 */
function backward(dy: tf.Tensor, saved: readonly tf.Tensor[]): tf.Tensor[] {
  const [x, scale, mean, inverse] = saved as [tf.Tensor2D, tf.Tensor1D, tf.Tensor2D, tf.Tensor2D];
  const [rows, width] = x.shape;
  const gain = tf.reshape(scale, [width, 1]) as tf.Tensor2D;
  const gradient = dy as tf.Tensor2D;
  const product = tf.mul<tf.Tensor2D>(gradient, x);
  // Of each row: sums of dy * scale and of dy * scale * x, [rows, 1].
  const sum = tf.matMul(gradient, gain);
  const moment = tf.matMul(product, gain);
  const cubed = tf.mul(tf.mul(inverse, inverse), tf.mul(inverse, 1 / width));
  const alongX = tf.mul(tf.sub(tf.mul(sum, mean), moment), cubed);
  const constant = tf.add(tf.mul(alongX, mean), tf.mul(tf.mul(sum, inverse), 1 / width));
  const dx = tf.sub(tf.add(tf.mul(tf.mul(gradient, scale), inverse), tf.mul(x, alongX)), constant);
  const ones = tf.ones([1, rows]) as tf.Tensor2D;
  const rowsOf = (column: tf.Tensor) => tf.reshape(column, [1, rows]) as tf.Tensor2D;
  const dScale = tf.sub(tf.matMul(rowsOf(inverse), product), tf.matMul(rowsOf(tf.mul(mean, inverse)), gradient));
  return [dx, tf.reshape(dScale, [width]), tf.reshape(tf.matMul(ones, gradient), [width])];
}
