// How a decoder is asked a question of a choice task, and what of an option is its answer.
import type { ChoiceExample, PromptForm } from '../contracts/dataset.ts';
import { ANSWER_PHRASE, alpacaBody } from './instruction.ts';

export interface Form {
  /** For reports. */
  readonly template: string;
  /** What stands before the answer. */
  asked(example: Asked): string;
  /** The answers, one an option; a space parts them from what stands before. */
  answers(example: Asked): readonly string[];
}

/** What of an example a question is made of. */
export type Asked = Pick<ChoiceExample, 'question' | 'options' | 'instruction' | 'answers'>;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** `letters` as lm-evaluation-harness's mmlu and the authors' code ask. */
export const PROMPT_FORMS: Readonly<Record<PromptForm, Form>> = {
  question: {
    template: 'Question: {question}\nAnswer: {option}',
    asked: ({ question }) => `Question: ${question}\nAnswer:`,
    answers: ({ options }) => options,
  },
  letters: {
    template: '{question}\nA. {option}\nB. {option}\n...\nAnswer: {letter}',
    asked: ({ question, options }) =>
      [question, ...options.map((option, i) => `${LETTERS[i]}. ${option}`), 'Answer:'].join('\n'),
    answers: ({ options }) => options.map((_, i) => LETTERS[i] as string),
  },
};

/** The answer's name, in the sentence that LLM-Adapters trains on; {@link ALPACA_PREAMBLE} stands before it. */
export const ANSWER_FORM: Form = {
  template: `${alpacaBody('{instruction}')}${ANSWER_PHRASE} {answer}`,
  asked: ({ instruction }) => `${alpacaBody(instruction)}${ANSWER_PHRASE}`,
  answers: ({ answers }) => answers,
};

/** An example with its right answer, as it is shown before a question. */
export function solved(example: ChoiceExample, form: Form): string {
  return `${form.asked(example)} ${form.answers(example)[example.label]}\n\n`;
}
