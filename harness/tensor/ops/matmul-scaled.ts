// A matrix product times a number, which a product's own kernel applies for nothing.
import * as tf from '@tensorflow/tfjs';
import { hasKernel, runKernel } from './kernel.ts';

/** scale * a b over the last two axes, either transposed first; not differentiated: for use in gradients. */
export function matMulScaled<T extends tf.Tensor>(
  a: T,
  b: T,
  scale: number,
  transposeA: boolean,
  transposeB: boolean,
): T {
  if (!hasKernel('MatMulScaled')) return tf.mul(tf.matMul(a, b, transposeA, transposeB), scale);
  return runKernel('MatMulScaled', { a, b }, { transposeA, transposeB, scale }) as T;
}
