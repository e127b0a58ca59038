// A choice as a text to be learnt: what is asked, and the right answer.
import type { ChoiceExample } from '../contracts/dataset.ts';
import type { TextForm } from '../contracts/run-config.ts';
import type { TextTokenizer } from '../formats/tokenizer.ts';
import { ANSWER_PHRASE, alpacaPrompt } from './instruction.ts';
import { PROMPT_FORMS } from './prompt-form.ts';

/** Of a prompt and its response, what stands between them is the response's. */
interface LearntForm {
  prompt(example: ChoiceExample): string;
  response(example: ChoiceExample): string;
}

const LEARNT_FORMS: Readonly<Record<TextForm, LearntForm>> = {
  instruction: {
    prompt: ({ instruction }) => alpacaPrompt(instruction),
    response: ({ answers, label }) => `${ANSWER_PHRASE} ${answers[label]}`,
  },
  question: {
    prompt: PROMPT_FORMS.question.asked,
    response: (example) => ` ${PROMPT_FORMS.question.answers(example)[example.label]}`,
  },
};

/** A prompt and its response as tokens. */
export interface TokenizedText {
  readonly id: string;
  /** Prompt, response and the token that ends texts. */
  readonly ids: readonly number[];
  /** Of them, those of the prompt. */
  readonly promptLength: number;
}

/**
 * The text before the response begins as its tokenizer begins texts. Where the whole is longer than `maxLength`, tokens are
 * dropped from the front: the response stays.
 */
export function tokenizeLearnt(
  example: ChoiceExample,
  form: TextForm,
  tokenizer: Pick<TextTokenizer, 'encode'>,
  eosTokenId: number | undefined,
  maxLength: number,
): TokenizedText {
  const prompt = LEARNT_FORMS[form].prompt(example);
  const before = withoutEnd(prompt, tokenizer, eosTokenId);
  const text = withoutEnd(`${prompt}${LEARNT_FORMS[form].response(example)}`, tokenizer, eosTokenId);
  const whole = eosTokenId === undefined ? text : [...text, eosTokenId];
  const ids = whole.slice(Math.max(0, whole.length - maxLength));
  return { id: example.id, ids, promptLength: Math.max(0, before.length - (whole.length - ids.length)) };
}

/** Some tokenizers end every text. */
function withoutEnd(text: string, { encode }: Pick<TextTokenizer, 'encode'>, eosTokenId: number | undefined): number[] {
  const { ids } = encode(text, undefined, Number.MAX_SAFE_INTEGER);
  return eosTokenId !== undefined && ids.at(-1) === eosTokenId ? ids.slice(0, -1) : ids;
}
