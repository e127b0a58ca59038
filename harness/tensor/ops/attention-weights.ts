// The weights of scaled dot-product attention (Vaswani et al., 2017) with a hand-written gradient; query heads may share
// the heads of the keys (grouped queries; Ainslie et al., 2023).
import * as tf from '@tensorflow/tfjs';
import { differentiable } from './kernel.ts';
import { matMulScaled } from './matmul-scaled.ts';

/**
 * softmax(scale * q k^T + mask) over the keys.
 * @param q [sequences, heads, queries, width]
 * @param k [sequences, key heads, keys, width]; heads is a multiple of key heads, and those of a group are neighbours
 * @param mask broadcast over [sequences, heads, queries, keys]; no gradient reaches it
 * @returns [sequences, heads, queries, keys]
 */
export function attentionWeights(q: tf.Tensor4D, k: tf.Tensor4D, mask: tf.Tensor4D, scale: number): tf.Tensor4D {
  const [heads, queryCount] = [q.shape[1], q.shape[2]];
  return differentiable(
    [q, k] as const,
    ([queries, keys]) => {
      const scores = matMulScaled(groupHeads(queries, keys.shape[1]), keys, scale, false, true);
      const value = tf.softmax(tf.add(ungroupHeads(scores, heads, queryCount), mask));
      return { value, saved: [queries, keys, value] };
    },
    (dy, saved) => {
      const [queries, keys, weights] = saved as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
      const weighted = tf.sum(tf.mul(dy, weights), -1, true);
      const dScores = groupHeads(tf.mul(tf.sub(dy, weighted), weights), keys.shape[1]);
      const dQueries = matMulScaled(dScores, keys, scale, false, false);
      const dKeys = matMulScaled(dScores, groupHeads(queries, keys.shape[1]), scale, true, false);
      return [ungroupHeads(dQueries, heads, queryCount), dKeys];
    },
  ) as tf.Tensor4D;
}

/**
 * The sums of values by weights, [sequences, heads, queries, width].
 * @param weights [sequences, heads, queries, keys]
 * @param v [sequences, key heads, keys, width]
 */
export function attentionContext(weights: tf.Tensor4D, v: tf.Tensor4D): tf.Tensor4D {
  const [, heads, queries] = weights.shape;
  return ungroupHeads(tf.matMul(groupHeads(weights, v.shape[1]), v), heads, queries);
}

/**
 * The query heads of a group as more rows of one head: each key's head then takes one product, and is not copied. No
 * element moves.
 */
function groupHeads(x: tf.Tensor4D, keyHeads: number): tf.Tensor4D {
  const [sequences, heads, rows, width] = x.shape;
  return tf.reshape(x, [sequences, keyHeads, (heads / keyHeads) * rows, width]);
}

function ungroupHeads(x: tf.Tensor4D, heads: number, rows: number): tf.Tensor4D {
  return tf.reshape(x, [x.shape[0], heads, rows, x.shape[3]]);
}
