// The weights of scaled dot-product attention (Vaswani et al., 2017) with a hand-written gradient.
import * as tf from '@tensorflow/tfjs';
import { differentiable } from './kernel.ts';
import { matMulScaled } from './matmul-scaled.ts';

/**
 * softmax(scale * q k^T + mask) over the keys.
 * @param q [sequences, heads, queries, width]
 * @param k [sequences, heads, keys, width]
 * @param mask broadcast over [sequences, heads, queries, keys]; no gradient reaches it
 */
export function attentionWeights(q: tf.Tensor4D, k: tf.Tensor4D, mask: tf.Tensor4D, scale: number): tf.Tensor4D {
  return differentiable(
    [q, k] as const,
    ([queries, keys]) => {
      const value = tf.softmax(tf.add(matMulScaled(queries, keys, scale, false, true), mask));
      return { value, saved: [queries, keys, value] };
    },
    (dy, saved) => {
      const [queries, keys, weights] = saved as [tf.Tensor, tf.Tensor, tf.Tensor];
      const weighted = tf.sum(tf.mul(dy, weights), -1, true);
      const dScores = tf.mul(tf.sub(dy, weighted), weights);
      return [matMulScaled(dScores, keys, scale, false, false), matMulScaled(dScores, queries, scale, true, false)];
    },
  ) as tf.Tensor4D;
}
