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

/** A weight that is held in another form and never trained: made into floats wherever it is used, and not kept. */
export interface FrozenWeight {
  /** [out, in], computed anew. */
  dense(): tf.Tensor2D;
}

/**
 * y = x W^T + bias, W being `weight` or, with a delta, weight + scale * B A: adding the small product to the weight
 * first costs less than applying it to every row, and its gradient takes the same products as an adapter beside the map.
 * @param x [rows, in]
 * @param weight [out, in]
 * @param bias [out]; undefined for a map without one
 * @returns [rows, out]
 */
export function linear(
  x: tf.Tensor2D,
  weight: tf.Tensor2D | FrozenWeight,
  bias: tf.Tensor1D | undefined,
  delta?: LowRankDelta,
): tf.Tensor2D {
  if (!(weight instanceof tf.Tensor)) return frozen(x, weight, bias, delta) as tf.Tensor2D;
  return (delta ? changed(x, weight, bias, delta) : plain(x, weight, bias)) as tf.Tensor2D;
}

/** weight + scale * B A, [out, in]. */
export function addLowRank(weight: tf.Tensor2D, { a, b, scale }: LowRankDelta): tf.Tensor2D {
  if (!hasKernel('AddLowRank')) return tf.add(weight, tf.mul(tf.matMul(b, a), scale));
  return runKernel('AddLowRank', { weight, a, b }, { scale }) as tf.Tensor2D;
}

type Bias = tf.Tensor1D | undefined;

function plain(x: tf.Tensor2D, weight: tf.Tensor2D, bias: Bias): tf.Tensor {
  return differentiable(
    bias ? [x, weight, bias] : [x, weight],
    () => ({ value: apply(x, weight, bias), saved: [x, weight] }),
    (dy, saved) => {
      const [input, map] = saved as [tf.Tensor2D, tf.Tensor2D];
      return gradients(dy as tf.Tensor2D, input, map, bias);
    },
  );
}

function changed(x: tf.Tensor2D, weight: tf.Tensor2D, bias: Bias, delta: LowRankDelta): tf.Tensor {
  const { a, b, scale } = delta;
  return differentiable(
    bias ? [a, b, x, weight, bias] : [a, b, x, weight],
    () => {
      const sum = addLowRank(weight, delta);
      return { value: apply(x, sum, bias), saved: [x, sum, a, b] };
    },
    (dy, saved) => {
      const [input, sum, down, up] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      const gradient = dy as tf.Tensor2D;
      return [...factorGradients(gradient, input, { a: down, b: up, scale }), ...gradients(gradient, input, sum, bias)];
    },
  );
}

/** The gradient makes the weight once more: kept since the forward pass, every layer's would be there at once. */
function frozen(x: tf.Tensor2D, weight: FrozenWeight, bias: Bias, delta: LowRankDelta | undefined): tf.Tensor {
  const sum = () => (delta ? addLowRank(weight.dense(), delta) : weight.dense());
  return differentiable(
    [...(delta ? [delta.a, delta.b] : []), x, ...(bias ? [bias] : [])],
    () => ({ value: apply(x, sum(), bias), saved: [x] }),
    (dy, saved) => {
      const [input] = saved as [tf.Tensor2D];
      const gradient = dy as tf.Tensor2D;
      const dFactors = delta ? factorGradients(gradient, input, delta) : [];
      return [...dFactors, tf.matMul(gradient, sum()), ...(bias ? [columnSums(gradient)] : [])];
    },
  );
}

/** Of A and B. */
function factorGradients(dy: tf.Tensor2D, x: tf.Tensor2D, { a, b, scale }: LowRankDelta): tf.Tensor[] {
  const dA = matMulScaled<tf.Tensor2D>(tf.matMul(dy, b), x, scale, true, false);
  return [dA, matMulScaled(dy, tf.matMul(x, a, false, true), scale, true, false)];
}

/** Of the input, the weight and, where there is one, the bias. */
function gradients(dy: tf.Tensor2D, x: tf.Tensor2D, weight: tf.Tensor2D, bias: Bias): tf.Tensor[] {
  const [dInput, dWeight] = [tf.matMul(dy, weight), tf.matMul(dy, x, true)];
  return [dInput, dWeight, ...(bias ? [columnSums(dy)] : [])];
}

function apply(x: tf.Tensor2D, weight: tf.Tensor2D, bias: Bias): tf.Tensor {
  if (bias === undefined) return tf.matMul(x, weight, false, true);
  if (hasKernel('Linear')) return runKernel('Linear', { x, weight, bias }, {}) as tf.Tensor;
  return tf.add(tf.matMul(x, weight, false, true), bias);
}

/** [rows, width] -> [width] */
function columnSums(x: tf.Tensor2D): tf.Tensor {
  return tf.reshape(tf.matMul(tf.ones([1, x.shape[0]]) as tf.Tensor2D, x), [x.shape[1]]);
}
