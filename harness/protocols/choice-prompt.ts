// A choice task as lm-evaluation-harness asks it (protocol `likelihood`): one text before every option, and what each
// option adds to it. Token ids as its HFLM makes them (lm_eval/models/huggingface.py, _encode_pair).
import type { ChoiceExample } from '../contracts/dataset.ts';
import { InputError } from '../contracts/input-error.ts';
import type { TextTokenizer } from '../formats/tokenizer.ts';

/** A question's options, each as what it adds to a trunk of tokens that all have in common. */
export interface BranchedPrompt {
  /** At least one token. */
  readonly trunk: readonly number[];
  /** One an option, at least one token each; its first is predicted by the trunk's last. */
  readonly branches: readonly (readonly number[])[];
}

/** Whether a text begins with the token that begins texts: as its tokenizer has it, or always, or never. */
export const BOS = ['tokenizer', 'always', 'never'] as const;
export type Bos = (typeof BOS)[number];

export type PromptTokenizer = Pick<TextTokenizer, 'encode' | 'tokenize' | 'bosTokenId'>;

export const QUESTION_FORM = 'Question: {question}\nAnswer:';

/** @throws InputError as {@link branchAt} */
export function choicePrompt(
  { question, options }: Pick<ChoiceExample, 'question' | 'options'>,
  tokenizer: PromptTokenizer,
  bos: Bos,
  maxLength: number,
): BranchedPrompt {
  const text = QUESTION_FORM.replace('{question}', () => question);
  return branchAt(text, options, tokenizer, bos, maxLength);
}

/**
 * What each option adds to a text, after a space: both are tokenized together and cut where the text's own tokens end;
 * tokens are dropped from the front where the longest is longer than `maxLength`.
 * @throws InputError where a token that begins texts is asked for and the tokenizer has none
 */
export function branchAt(
  text: string,
  options: readonly string[],
  tokenizer: PromptTokenizer,
  bos: Bos,
  maxLength: number,
): BranchedPrompt {
  const before = tokenize(text, tokenizer, bos);
  const whole = options.map((option) => tokenize(`${text} ${option}`, tokenizer, bos));
  const room = maxLength - Math.max(...whole.map((ids) => ids.length));
  return { trunk: before.slice(Math.max(0, -room)), branches: whole.map((ids) => ids.slice(before.length)) };
}

function tokenize(text: string, tokenizer: PromptTokenizer, bos: Bos): readonly number[] {
  if (bos === 'tokenizer') return tokenizer.encode(text, undefined, Number.MAX_SAFE_INTEGER).ids;
  const ids = tokenizer.tokenize(text);
  if (bos === 'never') return ids;
  if (tokenizer.bosTokenId === undefined) throw new InputError('the tokenizer names no token that begins texts');
  return [tokenizer.bosTokenId, ...ids];
}
