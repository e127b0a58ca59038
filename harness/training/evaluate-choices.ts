// Scores a decoder on questions with options, by a protocol.
import type { ChoiceData, ChoiceExample, EvaluationSet } from '../contracts/dataset.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import type { TextTokenizer } from '../formats/tokenizer.ts';
import { metricOverSets, type SetMetrics } from '../metrics/over-sets.ts';
import type { Decoder } from '../models/decoder.ts';
import { type Bos, type BranchedPrompt, choicePrompts, tokenize } from '../protocols/choice-prompt.ts';
import { scoreChoice } from '../protocols/choice-score.ts';
import { extractAnswer } from '../protocols/extract-answer.ts';
import { ALPACA_PREAMBLE, alpacaBody } from '../protocols/instruction.ts';
import { ANSWER_FORM, type Form, PROMPT_FORMS, solved } from '../protocols/prompt-form.ts';
import { generate } from './generate.ts';
import { scoreBranches } from './score-branches.ts';

export type ChoiceScoring = Pick<RunConfig['task'], 'shots' | 'beams'> & {
  readonly protocol: NonNullable<RunConfig['task']['protocol']>;
  readonly bos: Bos;
};

/** What is scored, and how it is asked. */
export type AskedChoices = Pick<ChoiceData, 'promptForm' | 'overall' | 'groups' | 'train'> & {
  readonly evaluation: readonly EvaluationSet<ChoiceExample>[];
};

export interface ChoiceAnswer {
  readonly set: string;
  readonly id: string;
  /** Index of the right option. */
  readonly label: number;
  /** -1 where a generated text names no option. */
  readonly prediction: number;
  /** Of the protocol likelihood: the option of the greatest log-likelihood a character. */
  readonly predictionNorm?: number;
  /** Of each option, natural logarithm; none where a text was generated. */
  readonly logLikelihoods: readonly number[];
  /** What was generated. */
  readonly text?: string;
}

/** As LLM-Adapters generates. */
const MAX_NEW_TOKENS = 32;

/** How the options' scores are asked for, for reports. */
export function formOf(
  { promptForm = 'question' }: Pick<ChoiceData, 'promptForm'>,
  { protocol }: Pick<ChoiceScoring, 'protocol'>,
): Form {
  return protocol === 'likelihood' ? PROMPT_FORMS[promptForm] : ANSWER_FORM;
}

/** The answer to each question, in order. */
export function answerChoices(
  decoder: Decoder,
  tokenizer: TextTokenizer,
  data: AskedChoices,
  scoring: ChoiceScoring,
  onProgress: (done: number, total: number) => void,
): ChoiceAnswer[] {
  const form = formOf(data, scoring);
  const asked = data.evaluation.flatMap((set) => set.examples.map((example) => ({ set: set.name, example })));
  const report = (done: number) => onProgress(done, asked.length);
  if (scoring.protocol === 'generate') {
    const prompts = data.evaluation.flatMap((set) => generationPrompts(set, data, scoring, tokenizer, decoder));
    return generate(decoder, prompts, { maxNewTokens: MAX_NEW_TOKENS, beams: scoring.beams }, report).map((ids, i) => {
      const { set, example } = asked[i] as (typeof asked)[number];
      const text = tokenizer.decode(ids);
      const { id, label, answers } = example;
      return { set, id, label, prediction: extractAnswer(text, answers) ?? -1, logLikelihoods: [], text };
    });
  }
  const prompts = data.evaluation.flatMap((set) => branchedPrompts(set, data, scoring, tokenizer, decoder));
  const logLikelihoods = scoreBranches(decoder, prompts, report);
  return asked.map(({ set, example }, i) => {
    const { predictionNorm, ...score } = scoreChoice(example, form.answers(example), logLikelihoods[i] as number[]);
    return { set, ...score, ...(scoring.protocol === 'likelihood' && { predictionNorm }) };
  });
}

/** `acc`, and where it was asked for `acc_norm`: overall, of each set and of each group. */
export function choiceMetrics(
  answers: readonly ChoiceAnswer[],
  { evaluation, overall, groups }: Pick<AskedChoices, 'evaluation' | 'overall' | 'groups'>,
): SetMetrics {
  const over = (metric: string, of: (answer: ChoiceAnswer) => number | undefined) =>
    metricOverSets(
      metric,
      evaluation.map(({ name }) => ({
        name,
        right: answers.filter(({ set }) => set === name).map((answer) => of(answer) === answer.label),
      })),
      overall,
      groups,
    );
  const acc = over('acc', ({ prediction }) => prediction);
  if (answers.some(({ predictionNorm }) => predictionNorm === undefined)) return acc;
  return { ...acc, all: { ...acc.all, ...over('acc_norm', ({ predictionNorm }) => predictionNorm).all } };
}

type Scored = EvaluationSet<ChoiceExample>;

function branchedPrompts(
  set: Scored,
  data: AskedChoices,
  scoring: ChoiceScoring,
  tokenizer: TextTokenizer,
  { spec }: Decoder,
): BranchedPrompt[] {
  const header = scoring.protocol === 'likelihood' ? (set.header ?? '') : ALPACA_PREAMBLE;
  const { bos } = scoring;
  const context = { form: formOf(data, scoring), header, shots: shotsOf(set, data, scoring), bos };
  return choicePrompts(set.examples, { ...context, maxLength: spec.maxPositions }, tokenizer);
}

/** Instructions without a response; tokens are dropped from the front where there is no room for one. */
function generationPrompts(
  set: Scored,
  data: AskedChoices,
  scoring: ChoiceScoring,
  tokenizer: TextTokenizer,
  { spec }: Decoder,
): (readonly number[])[] {
  const shots = shotsOf(set, data, scoring).map((shot) => solved(shot, ANSWER_FORM));
  const before = [ALPACA_PREAMBLE, ...shots].join('');
  return set.examples.map(({ instruction }) => {
    const ids = tokenize(`${before}${alpacaBody(instruction)}`, tokenizer, scoring.bos);
    return ids.slice(Math.max(0, ids.length - (spec.maxPositions - MAX_NEW_TOKENS)));
  });
}

function shotsOf(set: Scored, { train }: AskedChoices, { shots }: ChoiceScoring): readonly ChoiceExample[] {
  return (set.shots ?? train).slice(0, shots);
}
