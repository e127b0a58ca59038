// What comparisons are computed from: of a task, the scored examples of every run, in one order for all of them.
import type { MetricName } from '../metrics/index.ts';
import type { Overall } from '../metrics/over-sets.ts';
import { type Known, known, missing } from './summary.ts';

/** The examples of one evaluation set, in an order that every run keeps. */
export interface ScoredExamples {
  readonly name: string;
  readonly ids: readonly string[];
  /** Class indices, option indices or scores: one an example. */
  readonly labels: Float64Array;
}

export interface RunScores {
  readonly seed: number;
  /** The primary metric; null where it is undefined. */
  readonly value: number | null;
  /** Of each set of the task, one prediction an example. */
  readonly predictions: readonly Float64Array[];
}

export interface MethodScores {
  /** The method's row in tables. */
  readonly label: string;
  /** By seed, rising. */
  readonly runs: readonly RunScores[];
}

/** The completed final runs of one model on one task. */
export interface TaskScores {
  readonly model: string;
  readonly task: string;
  /** The primary metric as records name it: `accuracy`, `acc_norm`. */
  readonly metric: string;
  /** What computes it of predictions and labels; of `acc_norm` the accuracy of predictions by length. */
  readonly measure: MetricName;
  /** How it is taken over the sets, which are those that it is taken over. */
  readonly overall: Overall;
  readonly sets: readonly ScoredExamples[];
  readonly methods: readonly MethodScores[];
}

/** Missing where there is none, or a run has none: a mean over the others would speak for fewer seeds than it says. */
export function valuesOf({ metric }: TaskScores, runs: readonly RunScores[]): Known<readonly number[]> {
  if (runs.length === 0) return missing('no seeds');
  const without = runs.find(({ value }) => value === null);
  if (without !== undefined) return missing(`${metric} is undefined for seed ${without.seed}`);
  return known(runs.flatMap(({ value }) => value ?? []));
}
