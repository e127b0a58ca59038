// From an option's log-likelihood to an answer, as lm-evaluation-harness's multiple_choice tasks have it.
import type { ChoiceExample } from '../contracts/dataset.ts';

export interface ChoiceScore {
  readonly id: string;
  /** Index of the right option. */
  readonly label: number;
  /** Of each option, natural logarithm. */
  readonly logLikelihoods: readonly number[];
  /** The option of the greatest log-likelihood, the first of equals. */
  readonly prediction: number;
  /** The option of the greatest log-likelihood a character. */
  readonly predictionNorm: number;
}

export function scoreChoice(
  { id, label, options }: Pick<ChoiceExample, 'id' | 'label' | 'options'>,
  logLikelihoods: readonly number[],
): ChoiceScore {
  // Python's len(): code points.
  const perCharacter = logLikelihoods.map((value, i) => value / [...(options[i] as string)].length);
  return { id, label, logLikelihoods, prediction: argmax(logLikelihoods), predictionNorm: argmax(perCharacter) };
}

/** Shares of right answers. */
export function choiceMetrics(scores: readonly ChoiceScore[]): { acc: number; acc_norm: number } {
  const share = (isRight: (score: ChoiceScore) => boolean) => scores.filter(isRight).length / scores.length;
  return {
    acc: share(({ prediction, label }) => prediction === label),
    acc_norm: share(({ predictionNorm, label }) => predictionNorm === label),
  };
}

const argmax = (values: readonly number[]): number => values.indexOf(Math.max(...values));
