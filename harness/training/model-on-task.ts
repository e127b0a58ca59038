// A model on a task as the training loop sees it, whatever the model is.
import type { Parameter } from '../contracts/model.ts';
import type { AdaptableModel } from '../contracts/model.ts';
import type { Scoring } from '../metrics/score-predictions.ts';
import type { AskedSet, Prediction } from '../records/schema.ts';
import type { LabelScale } from './label-scale.ts';
import type { Objective } from './objective.ts';

export interface ModelOnTask<Batch> {
  readonly model: AdaptableModel;
  readonly objective: Objective<Batch>;
  /** The task head's; a decoder has none. */
  readonly head: readonly Parameter[];
  /** How an output becomes a prediction of a regression: it decides predictions as weights do. */
  readonly labelScale: LabelScale;
  readonly train: readonly TrainingExample[];
  /** What a step on these training examples computes, one micro-batch after another. */
  batches(indices: readonly number[]): Batch[];
  /** How metrics are taken over several evaluation sets. */
  readonly scoring: Required<Scoring>;
  /** The logits, or outputs, of a small batch that is the same throughout the run; nothing is drawn or dropped. */
  probe(): Float32Array;
  /** A decoder's loss on a text that no task has: see measure/fixed-text.ts. */
  readonly fixedTextLoss?: () => number | null;
  /** Scores the evaluation sets. */
  evaluate(onProgress: OnScored): Evaluation;
  /** The training examples that the selection of the evaluated weights holds out; null where nothing is selected. */
  readonly selection: SelectionSet | null;
}

type OnScored = (done: number, total: number) => void;

export interface SelectionSet {
  readonly examples: number;
  /** Scores them. */
  evaluate(onProgress: OnScored): Pick<Evaluation, 'primary'>;
}

export interface TrainingExample {
  readonly id: string;
  /** Tokens, as examples are grouped by. */
  readonly length: number;
  /** Tokens that the model reads of it, without padding. */
  readonly tokens: number;
}

export interface Evaluation {
  readonly predictions: readonly Prediction[];
  readonly primary: { readonly name: string; readonly value: number | null };
  /** `<metric>` over all, or of the first set; `<set>/<metric>` where there are several; null where undefined. */
  readonly metrics: Record<string, number | null>;
  /** Hashes of what was asked, by set. */
  readonly asked: AskedSet[];
}

/** What a task says of it, or else the first set's metric. */
export function scoringOf({ overall = 'first', groups = {} }: Scoring): Required<Scoring> {
  return { overall, groups };
}

/** Micro-batches of so many at most; null for all at once. */
export function cut<Item>(items: readonly Item[], size: number | null): Item[][] {
  const step = size ?? items.length;
  return Array.from({ length: Math.ceil(items.length / step) }, (_, i) => items.slice(i * step, (i + 1) * step));
}
