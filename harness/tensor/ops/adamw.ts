// AdamW (Loshchilov and Hutter, 2019), a step, as torch.optim.AdamW computes it.
import * as tf from '@tensorflow/tfjs';
import { updateAdamw } from '../onnx/adamw.ts';
import { OnnxBackend } from '../onnx/backend.ts';

/**
 * Sums of a variable's gradients and of their squares in which a step counts beta times as much as the next; of the
 * variable's shape, zero at first. Adam's running means are these times 1 - beta, a factor that belongs to a step's
 * scalars: a pass over the weights less for each.
 */
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
  readonly gradientScale: number;
  /** 1 - learningRate * weightDecay */
  readonly keep: number;
  /** learningRate * (1 - beta1) / (1 - beta1^step) / secondRoot, secondRoot^2 being (1 - beta2) / (1 - beta2^step) */
  readonly stepSize: number;
  /** epsilon / secondRoot, beside the root of the second sum */
  readonly epsilon: number;
}

/** A variable's step. */
export interface AdamwUpdate {
  readonly variable: tf.Variable;
  /** Of the variable's shape. */
  readonly gradient: tf.Tensor;
  readonly moments: AdamwMoments;
  readonly scalars: AdamwScalars;
}

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
