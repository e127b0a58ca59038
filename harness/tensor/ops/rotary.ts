// Rotary position embedding (Su et al., 2021) with a hand-written gradient: the rotation back.
import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runKernel } from './kernel.ts';

/**
 * Rotates each head's pairs (x[i], x[i + width / 2]) by the token's angle i, as Hugging Face pairs them.
 * @param x [sequences, tokens, heads, width]
 * @param cos [tokens, width / 2], of the tokens' angles, the same in every sequence; no gradient reaches it
 * @param sin [tokens, width / 2]
 */
export function rotary(x: tf.Tensor4D, cos: tf.Tensor2D, sin: tf.Tensor2D): tf.Tensor4D {
  return differentiable(
    [x] as const,
    ([input]) => ({ value: rotate(input, cos, sin), saved: [cos, sin] }),
    (dy, saved) => {
      const [cosine, sine] = saved as [tf.Tensor, tf.Tensor];
      return [rotate(dy, cosine, tf.neg(sine))];
    },
  ) as tf.Tensor4D;
}

function rotate(x: tf.Tensor, cos: tf.Tensor, sin: tf.Tensor): tf.Tensor {
  if (hasKernel('Rotary')) return runKernel('Rotary', { x, cos, sin }, {}) as tf.Tensor;
  const [tokens, half] = cos.shape as [number, number];
  const [c, s] = [tf.reshape(cos, [tokens, 1, half]), tf.reshape(sin, [tokens, 1, half])];
  const [first, second] = tf.split(x, 2, -1) as [tf.Tensor, tf.Tensor];
  return tf.concat([tf.sub(tf.mul(first, c), tf.mul(second, s)), tf.add(tf.mul(second, c), tf.mul(first, s))], -1);
}
