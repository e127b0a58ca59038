// Which examples are trained on and which are scored: limits, and the held-out part on which a search is judged.
import type { EvaluationSet } from '../contracts/dataset.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { streamsOf } from '../random/streams.ts';

export interface Splits<E> {
  readonly train: readonly E[];
  readonly evaluation: readonly EvaluationSet<E>[];
}

export interface DrawnSplits<E> extends Splits<E> {
  /** Training examples by which the evaluated weights are chosen; none where they are the last. */
  readonly selection: readonly E[];
}

/** What decides the splits; without `training` nothing is held out for a selection. */
export type SplitConfig = Pick<RunConfig, 'task' | 'seed'> & {
  readonly training?: Pick<RunConfig['training'], 'selectionHoldout'>;
};

/**
 * A final run draws `limitTrain` examples by its seed and scores `limitEval` of each evaluation set, which are the same for
 * every run: see {@link drawnAlike}. A trial scores `holdout` training examples, drawn by its seed, and draws others to
 * train on: it never sees what a final run is scored on. Of those drawn, `selectionHoldout` are kept from training.
 */
export function splitExamples<E>(data: Splits<E>, { task, seed, training }: SplitConfig): DrawnSplits<E> {
  const { limitTrain, limitEval, holdout } = task;
  const drawn = streamsOf(seed)(`data/subset/${trainedOn(task)}`).permutation(data.train.length);
  const pick = (from: number, to: number) =>
    drawn
      .slice(from, to)
      .toSorted((a, b) => a - b)
      .flatMap((index) => data.train[index] ?? []);
  const begin = holdout ?? 0;
  const middle = begin + (training?.selectionHoldout ?? 0);
  const train = pick(middle, limitTrain === null ? data.train.length : begin + limitTrain);
  const selection = pick(begin, middle);
  if (holdout !== null) return { train, selection, evaluation: [{ name: 'holdout', examples: pick(0, holdout) }] };
  return {
    train,
    selection,
    evaluation: limitEval === null ? data.evaluation : drawnAlike(data.evaluation, limitEval),
  };
}

/** How many of so many training examples a run draws. */
export function countDrawn(examples: number, { limitTrain, holdout }: RunConfig['task']): number {
  return Math.min(limitTrain ?? examples, examples - (holdout ?? 0));
}

/** How many of them it trains on. */
export function countTrained(examples: number, { task, training }: Pick<RunConfig, 'task' | 'training'>): number {
  return countDrawn(examples, task) - (training.selectionHoldout ?? 0);
}

/**
 * So many examples of each set, in their order: files have their rows by kind (STS-B's by genre), so the first of them
 * would not speak for the rest. Their number alone decides which, so that runs of any seed, and of a mix, score the same.
 */
function drawnAlike<E>(sets: readonly EvaluationSet<E>[], limit: number): EvaluationSet<E>[] {
  return sets.map((set) => {
    const chosen = new Set(streamsOf(0)('data/evaluated').permutation(set.examples.length).slice(0, limit));
    return { ...set, examples: set.examples.filter((_, index) => chosen.has(index)) };
  });
}

/** The first so many examples of each set, as `evaluate` and lm-evaluation-harness take them; null for all. */
export function limited<E>(sets: readonly EvaluationSet<E>[], limit: number | null): EvaluationSet<E>[] {
  return sets.map((set) => ({ ...set, examples: set.examples.slice(0, limit ?? undefined) }));
}

/** The task whose training examples are trained on. */
export function trainedOn({ trainOn, id }: Pick<RunConfig['task'], 'trainOn' | 'id'>): string {
  return trainOn ?? id;
}
