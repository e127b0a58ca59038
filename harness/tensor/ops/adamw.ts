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

/** What changes from step to step, in the form in which the update uses it. */
export interface AdamwFactors {
  readonly gradientScale: number;
  /** 1 - learningRate * weightDecay */
  readonly keep: number;
  /** learningRate / (1 - beta1^step) */
  readonly stepSize: number;
  /** 1 / sqrt(1 - beta2^step) */
  readonly secondScale: number;
}

/** Updates `variable` and `moments`; in place where the backend can. */
export function adamw(variable: tf.Variable, gradient: tf.Tensor, moments: AdamwMoments, scalars: AdamwScalars): void {
  const factors = factorsOf(scalars);
  const backend = tf.backend();
  if (backend instanceof OnnxBackend) updateAdamw(backend, variable, gradient, moments, scalars, factors);
  else tf.tidy(() => assignAdamw(variable, gradient, moments, scalars, factors));
}

function factorsOf({ learningRate, weightDecay, beta1, beta2, step, gradientScale }: AdamwScalars): AdamwFactors {
  return {
    gradientScale,
    keep: 1 - learningRate * weightDecay,
    stepSize: learningRate / (1 - beta1 ** step),
    secondScale: 1 / Math.sqrt(1 - beta2 ** step),
  };
}

function assignAdamw(
  variable: tf.Variable,
  gradient: tf.Tensor,
  { first, second }: AdamwMoments,
  { beta1, beta2, epsilon }: AdamwScalars,
  { gradientScale, keep, stepSize, secondScale }: AdamwFactors,
): void {
  const scaled = tf.mul(gradient, gradientScale);
  first.assign(tf.add(tf.mul(first, beta1), tf.mul(scaled, 1 - beta1)));
  second.assign(tf.add(tf.mul(second, beta2), tf.mul(tf.square(scaled), 1 - beta2)));
  const denominator = tf.add(tf.mul(tf.sqrt(second), secondScale), epsilon);
  variable.assign(tf.sub(tf.mul(variable, keep), tf.mul(tf.div(first, denominator), stepSize)));
}
