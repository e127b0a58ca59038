// A choice task as lm-evaluation-harness asks it (protocol `likelihood`): one text before every option, and what each
// option adds to it. Token ids as its HFLM makes them (lm_eval/models/huggingface.py, _encode_pair).
import type { ChoiceExample } from '../contracts/dataset.ts';
import type { TextTokenizer } from '../formats/tokenizer.ts';

/** A question's options, each as what it adds to a trunk of tokens that all have in common. */
export interface BranchedPrompt {
  readonly trunk: readonly number[];
  /** One an option, at least one token each; its first is predicted by the trunk's last. */
  readonly branches: readonly (readonly number[])[];
}

export const QUESTION_FORM = 'Question: {question}\nAnswer:';

/**
 * Text and option are tokenized together and cut where the text's own tokens end; tokens are dropped from the front where
 * the longest is longer than `maxLength`.
 */
export function choicePrompt(
  { question, options }: Pick<ChoiceExample, 'question' | 'options'>,
  tokenizer: Pick<TextTokenizer, 'tokenize'>,
  maxLength: number,
): BranchedPrompt {
  const text = QUESTION_FORM.replace('{question}', () => question);
  const before = tokenizer.tokenize(text);
  const whole = options.map((option) => tokenizer.tokenize(`${text} ${option}`));
  const room = maxLength - Math.max(...whole.map((ids) => ids.length));
  return { trunk: before.slice(Math.max(0, -room)), branches: whole.map((ids) => ids.slice(before.length)) };
}
