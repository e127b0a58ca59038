// Kernels that only some backends have: an op asks, and has a plain tfjs form for the others.
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
