// What our own ops are made of: kernels that only some backends have, and gradients written by hand.
import * as tf from '@tensorflow/tfjs';

export function hasKernel(name: string): boolean {
  return tf.getKernel(name, tf.getBackend()) !== undefined;
}

export function runKernel(
  name: string,
  inputs: tf.NamedTensorMap,
  attributes: tf.NamedAttrMap,
): tf.Tensor | tf.Tensor[] {
  return tf.engine().runKernel(name, inputs, attributes);
}

/** A function's value, and the tensors that its gradient needs. */
export interface Forward {
  readonly value: tf.Tensor;
  readonly saved: readonly tf.Tensor[];
}

/**
 * Computes a function of `inputs` whose gradient is written by hand.
 * @param backward the gradient of each input from that of the value and from what `forward` saved
 */
export function differentiable<Inputs extends readonly tf.Tensor[]>(
  inputs: Inputs,
  forward: (inputs: Inputs) => Forward,
  backward: (dy: tf.Tensor, saved: readonly tf.Tensor[]) => tf.Tensor[],
): tf.Tensor {
  const compute = tf.customGrad((...args: (tf.Tensor | tf.GradSaveFunc)[]) => {
    const save = args[inputs.length] as tf.GradSaveFunc;
    const { value, saved } = forward(args.slice(0, inputs.length) as readonly tf.Tensor[] as Inputs);
    save([...saved]);
    return { value, gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => backward(dy, kept) };
  });
  return compute(...inputs);
}
