// AdamW (Loshchilov and Hutter, 2019), one variable's step, as torch.optim.AdamW computes it.
import * as tf from '@tensorflow/tfjs';
import { updateAdamw } from '../onnx/adamw.ts';
import { OnnxBackend } from '../onnx/backend.ts';

/** Running means of a variable's gradient and of its square; of the variable's shape, zero at first. */
export interface AdamwMoments {
  readonly first: tf.Variable;
  readonly second: tf.Variable;
}

export interface AdamwScalars {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Decoupled: the variable shrinks by learningRate * weightDecay. */
  readonly weightDecay: number;
  /** Steps that the moments have seen, this one included: from 1. */
  readonly step: number;
  /** The gradient is multiplied by this first (clipping). */
  readonly gradientScale: number;
}

/** What changes from step to step, in the form in which the update uses it: as few passes over the weights as can be. */
export interface AdamwFactors {
  /** (1 - beta1) * gradientScale, on the gradient */
  readonly firstGain: number;
  /** (1 - beta2) * gradientScale^2, on the squared gradient */
  readonly secondGain: number;
  /** 1 - learningRate * weightDecay */
  readonly keep: number;
  /** learningRate * sqrt(1 - beta2^step) / (1 - beta1^step) */
  readonly stepSize: number;
  /** epsilon * sqrt(1 - beta2^step), beside the root of the second moment that is not corrected */
  readonly epsilon: number;
}

/** Updates `variable` and `moments`; in place where the backend can. */
export function adamw(variable: tf.Variable, gradient: tf.Tensor, moments: AdamwMoments, scalars: AdamwScalars): void {
  const factors = factorsOf(scalars);
  const backend = tf.backend();
  if (backend instanceof OnnxBackend) updateAdamw(backend, variable, gradient, moments, scalars, factors);
  else tf.tidy(() => assignAdamw(variable, gradient, moments, scalars, factors));
}

function factorsOf(scalars: AdamwScalars): AdamwFactors {
  const { learningRate, weightDecay, beta1, beta2, epsilon, step, gradientScale } = scalars;
  const correction = Math.sqrt(1 - beta2 ** step);
  return {
    firstGain: (1 - beta1) * gradientScale,
    secondGain: (1 - beta2) * gradientScale ** 2,
    keep: 1 - learningRate * weightDecay,
    stepSize: (learningRate * correction) / (1 - beta1 ** step),
    epsilon: epsilon * correction,
  };
}

function assignAdamw(
  variable: tf.Variable,
  gradient: tf.Tensor,
  { first, second }: AdamwMoments,
  { beta1, beta2 }: AdamwScalars,
  { firstGain, secondGain, keep, stepSize, epsilon }: AdamwFactors,
): void {
  first.assign(tf.add(tf.mul(first, beta1), tf.mul(gradient, firstGain)));
  second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(gradient), secondGain)));
  const direction = tf.div(first, tf.add(tf.sqrt(second), epsilon));
  variable.assign(tf.sub(tf.mul(variable, keep), tf.mul(direction, stepSize)));
}
