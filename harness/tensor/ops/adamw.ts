// AdamW (Loshchilov and Hutter, 2019), a step, as torch.optim.AdamW computes it.
import * as tf from '@tensorflow/tfjs';
import { updateAdamw } from '../onnx/adamw.ts';
import { OnnxBackend } from '../onnx/backend.ts';
import type { AdamwFactors, AdamwScalars, AdamwUpdate } from './adamw-step.ts';

/** Updates variables and their moments; in place where the backend can. */
export function adamw(updates: readonly AdamwUpdate[]): void {
  const backend = tf.backend();
  if (backend instanceof OnnxBackend) updateAdamw(backend, updates, ({ scalars }) => factorsOf(scalars));
  else for (const update of updates) tf.tidy(() => assignAdamw(update, factorsOf(update.scalars)));
}

function factorsOf(scalars: AdamwScalars): AdamwFactors {
  const { learningRate, weightDecay, beta1, beta2, epsilon, step, gradientScale } = scalars;
  const secondRoot = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
  return {
    gradientScale,
    keep: 1 - learningRate * weightDecay,
    stepSize: (learningRate * (1 - beta1)) / (1 - beta1 ** step) / secondRoot,
    epsilon: epsilon / secondRoot,
  };
}

function assignAdamw({ variable, gradient, moments, scalars }: AdamwUpdate, factors: AdamwFactors): void {
  const { first, second } = moments;
  const { beta1, beta2 } = scalars;
  const { gradientScale, keep, stepSize, epsilon } = factors;
  const scaled = tf.mul(gradient, gradientScale);
  first.assign(tf.add(tf.mul(first, beta1), scaled));
  second.assign(tf.add(tf.mul(second, beta2), tf.square(scaled)));
  const direction = tf.div(first, tf.add(tf.sqrt(second), epsilon));
  variable.assign(tf.sub(tf.mul(variable, keep), tf.mul(direction, stepSize)));
}
