// A step of AdamW as data: what an update reads and writes, and the factors that it uses.
import type * as tf from '@tensorflow/tfjs';

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
