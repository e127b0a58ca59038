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

/** @param answers what was asked for, one an option */
export function scoreChoice(
  { id, label }: Pick<ChoiceExample, 'id' | 'label'>,
  answers: readonly string[],
  logLikelihoods: readonly number[],
): ChoiceScore {
  // Python's len(): code points.
  const perCharacter = logLikelihoods.map((value, i) => value / [...(answers[i] as string)].length);
  return { id, label, logLikelihoods, prediction: argmax(logLikelihoods), predictionNorm: argmax(perCharacter) };
}

const argmax = (values: readonly number[]): number => values.indexOf(Math.max(...values));
