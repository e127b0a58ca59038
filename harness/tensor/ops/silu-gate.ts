// The gated linear unit of SiLU (SwiGLU without its maps; Shazeer, 2020) with a hand-written gradient.
import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runKernel } from './kernel.ts';

/** silu(gate) * up, silu(x) being x * sigmoid(x); both of one shape, any. */
export function siluGate<T extends tf.Tensor>(gate: T, up: T): T {
  return differentiable(
    [gate, up] as const,
    ([input, factor]) => ({ value: forward(input, factor), saved: [input, factor] }),
    backward,
  ) as T;
}

function forward(gate: tf.Tensor, up: tf.Tensor): tf.Tensor {
  if (hasKernel('SiluGate')) return runKernel('SiluGate', { gate, up }, {}) as tf.Tensor;
  return tf.mul(tf.mul(gate, tf.sigmoid(gate)), up);
}

function backward(dy: tf.Tensor, saved: readonly tf.Tensor[]): tf.Tensor[] {
  const [gate, up] = saved as [tf.Tensor, tf.Tensor];
  if (hasKernel('SiluGateGradient')) return runKernel('SiluGateGradient', { dy, gate, up }, {}) as tf.Tensor[];
  const sigmoid = tf.sigmoid(gate);
  const silu = tf.mul(gate, sigmoid);
  const slope = tf.sub(tf.add(sigmoid, silu), tf.mul(sigmoid, silu));
  return [tf.mul(tf.mul(dy, up), slope), tf.mul(dy, silu)];
}
