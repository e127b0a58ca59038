// What a trial of a decoder is scored on: held-out training examples, each beside solved ones of its own task.
import type { ChoiceData, ChoiceExample, EvaluationSet } from '../contracts/dataset.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import type { AskedChoices } from './evaluate-choices.ts';
import { splitExamples } from './splits.ts';

/** What a run of a decoder is scored on: the evaluation sets, or of a trial what is held out. */
export function askedOf(data: ChoiceData, config: Pick<RunConfig, 'task' | 'seed'>): AskedChoices {
  const { evaluation } = splitExamples(data, config);
  if (config.task.holdout === null) return { ...data, evaluation };
  return heldOutSets(
    data,
    evaluation.flatMap(({ examples }) => examples),
  );
}

/**
 * The held-out examples as one set, or of a mix as one a task, scored all together. Shots are the first training examples of
 * the same task, as in a final run, but for those that are held out.
 */
export function heldOutSets(data: ChoiceData, heldOut: readonly ChoiceExample[]): AskedChoices {
  const scored = new Set(heldOut);
  const all = data.parts ?? [{ name: 'holdout', train: data.train }];
  const parts = all.filter(({ train }) => train.some((example) => scored.has(example)));
  const evaluation = parts.map(({ name, train }): EvaluationSet<ChoiceExample> => {
    const own = new Set(train);
    return {
      name: parts.length === 1 ? 'holdout' : `holdout/${name}`,
      examples: heldOut.filter((example) => own.has(example)),
      shots: train.filter((example) => !scored.has(example)),
    };
  });
  return { train: data.train, evaluation, ...(evaluation.length > 1 && { overall: 'pooled' as const }) };
}
