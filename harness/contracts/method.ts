// What a fine-tuning method is. A new one is one file in methods/ and one row in methods/index.ts.

import type { Static, TObject } from 'typebox';
import type { Streams } from '../random/streams.ts';
import type { tf } from '../tensor/index.ts';
import type { BasePrecision } from './base-precision.ts';
import type { AdaptableModel, ModelSpec, Site } from './model.ts';

/** What a method knows of the training ahead. */
export interface TrainingPlan {
  readonly totalSteps: number;
}

/** The training ahead as it is checked, before weights are read. */
export interface CheckedPlan extends TrainingPlan {
  /** In which the base is held: of one that is not in f32, only vectors can be trained. */
  readonly precision: BasePrecision;
  /** Which weights are evaluated: of the best, what was trained since is undone. Absent: the last. */
  readonly selection?: 'last' | 'best';
}

/** What a method may draw on while it is attached. */
export interface AttachContext extends TrainingPlan {
  /** The run's named random streams. */
  readonly random: Streams;
  /** While training: drops elements of `x` at `rate` and scales the rest, a pure function of (seed, step, site). */
  readonly dropout: <T extends tf.Tensor>(rate: number, site: string, x: T) => T;
}

/** Counts of the method's own parameters; the task head, which every method trains alike, is counted apart. */
export interface ParameterCount {
  /** Trained at once, in any one step. */
  readonly trainable: number;
  /** Trained over the whole run, each adapter counted each time it is drawn anew. */
  readonly trainableCumulative: number;
  /** Needed beside the base model to store what was learned. */
  readonly stored: number;
}

/**
 * A method at work on one model. What its wrappers and its penalty compute is traced once and replayed, until a wrapper
 * or a trained variable comes or goes: a number that changes from step to step must be a variable.
 */
export interface Attached {
  /**
   * The variables that the next step trains; the optimiser starts afresh for a variable it has not seen. After `finish()`:
   * what is left beside the model that decides an output, trained or not, and nothing where all is merged. The hash of the
   * final weights is of the model's own parameters and of these: what is not among them would decide a prediction unattested.
   */
  trainable(): readonly tf.Variable[];
  /** Added to the loss, where the method asks for it: a scalar. */
  penalty?(): tf.Scalar;
  /** Called with the index (from 0) of the step just taken. */
  afterStep?(step: number): void;
  /**
   * Of a method that merges, or trains other variables, before it finishes: what takes it back to this moment, between two
   * steps, adapters with their values of now in the place of later ones. The caller puts the base's parameters back. Others
   * go without: their variables and the base's are put back by value.
   */
  checkpoint?(): () => void;
  /** Called once when training ends: merges what can be merged, so that the model computes the result as it is. */
  finish(): void;
}

/** Where a method lays low-rank changes beside maps: what memory and time follow from, beside the counts. */
export interface Placement {
  /** The maps that may be changed, in the model's order. */
  readonly sites: readonly Site[];
  /** Layers drawn of theirs at a time; null for all of them at once. */
  readonly layersAtOnce: number | null;
  readonly rank: number;
}

/** A method, its options described by one schema from which validation, defaults and types come. */
export interface Method<Schema extends TObject = TObject> {
  readonly name: string;
  /** The name in tables. */
  readonly title: string;
  /** One line for `list methods`. */
  readonly summary: string;
  /** Every option with its default and description. */
  readonly optionsSchema: Schema;
  /**
   * Set where nothing of the base is trained, and at most a new task's head: a study then gives it no learning rate, and
   * where there is a head that of the head.
   */
  readonly headOnly?: true;
  /** What the schema cannot say: a line telling what is wrong with these options for this model and plan, or undefined. */
  check?(options: Static<Schema>, spec: ModelSpec, plan: CheckedPlan): string | undefined;
  /**
   * What multiplies a low-rank update before it is added to the weight, such as LoRA's alpha / r: the audit compares it
   * between methods. Absent where a method has no such factor.
   */
  updateScale?(options: Static<Schema>): number;
  attach(model: AdaptableModel, options: Static<Schema>, context: AttachContext): Attached;
  /** Analytic: needs no weights. */
  count(spec: ModelSpec, options: Static<Schema>, plan: TrainingPlan): ParameterCount;
  /**
   * Of a method of low-rank changes, where these lie. Absent, what is trained is taken to lie all over the model. Needs no
   * weights.
   */
  placement?(spec: ModelSpec, options: Static<Schema>): Placement;
}
