// A linear map, with or without a low-rank change of its weight, and a hand-written gradient.
import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runKernel } from './kernel.ts';
import { matMulScaled } from './matmul-scaled.ts';

/** A change of a weight [out, in] by scale * B A. */
export interface LowRankDelta {
  /** [r, in] */
  readonly a: tf.Tensor2D;
  /** [out, r] */
  readonly b: tf.Tensor2D;
  readonly scale: number;
}

/**
 * y = x W^T + bias, W being `weight` or, with a delta, weight + scale * B A: adding the small product to the weight
 * first costs less than applying it to every row, and its gradient takes the same products as an adapter beside the map.
 * @param x [rows, in]
 * @param weight [out, in]
 * @param bias [out]
 * @returns [rows, out]
 */
export function linear(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D, delta?: LowRankDelta): tf.Tensor2D {
  return (delta ? changed(x, weight, bias, delta) : plain(x, weight, bias)) as tf.Tensor2D;
}

/** weight + scale * B A, [out, in]. */
export function addLowRank(weight: tf.Tensor2D, { a, b, scale }: LowRankDelta): tf.Tensor2D {
  if (!hasKernel('AddLowRank')) return tf.add(weight, tf.mul(tf.matMul(b, a), scale));
  return runKernel('AddLowRank', { weight, a, b }, { scale }) as tf.Tensor2D;
}

function plain(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor {
  return differentiable(
    [x, weight, bias] as const,
    ([input, map, shift]) => ({ value: apply(input, map, shift), saved: [input, map] }),
    (dy, saved) => {
      const [input, map] = saved as [tf.Tensor2D, tf.Tensor2D];
      const gradient = dy as tf.Tensor2D;
      return [tf.matMul(gradient, map), tf.matMul(gradient, input, true), columnSums(gradient)];
    },
  );
}

function changed(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D, { a, b, scale }: LowRankDelta): tf.Tensor {
  return differentiable(
    [x, weight, bias, a, b] as const,
    ([input, map, shift, down, up]) => {
      const sum = addLowRank(map, { a: down, b: up, scale });
      return { value: apply(input, sum, shift), saved: [input, sum, down, up] };
    },
    (dy, saved) => {
      const [input, sum, down, up] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      const gradient = dy as tf.Tensor2D;
      const dDown = matMulScaled(tf.matMul(gradient, up), input, scale, true, false);
      const dUp = matMulScaled(gradient, tf.matMul(input, down, false, true), scale, true, false);
      return [tf.matMul(gradient, sum), tf.matMul(gradient, input, true), columnSums(gradient), dDown, dUp];
    },
  );
}

function apply(x: tf.Tensor2D, weight: tf.Tensor2D, bias: tf.Tensor1D): tf.Tensor {
  if (hasKernel('Linear')) return runKernel('Linear', { x, weight, bias }, {}) as tf.Tensor;
  return tf.add(tf.matMul(x, weight, false, true), bias);
}

/** [rows, width] -> [width] */
function columnSums(x: tf.Tensor2D): tf.Tensor {
  return tf.reshape(tf.matMul(tf.ones([1, x.shape[0]]) as tf.Tensor2D, x), [x.shape[1]]);
}
