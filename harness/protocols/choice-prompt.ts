// A choice task as lm-evaluation-harness asks it (protocol `likelihood`): one text before every option, and what each
// option adds to it. Token ids as its HFLM makes them (lm_eval/models/huggingface.py, _encode_pair).
import type { ChoiceExample } from '../contracts/dataset.ts';
import { InputError } from '../contracts/input-error.ts';
import type { TextTokenizer } from '../formats/tokenizer.ts';
import { type Asked, type Form, solved } from './prompt-form.ts';

/** A question's options, each as what it adds to tokens that all have in common. */
export interface BranchedPrompt {
  /** What comes before the trunk and is the same for many prompts, which then have the same array: it is read once. */
  readonly prefix?: readonly number[];
  /** At least one token. */
  readonly trunk: readonly number[];
  /** One an option, at least one token each; its first is predicted by the trunk's last. */
  readonly branches: readonly (readonly number[])[];
}

/** Whether a text begins with the token that begins texts: as its tokenizer has it, or always, or never. */
export const BOS = ['tokenizer', 'always', 'never'] as const;
export type Bos = (typeof BOS)[number];

export type PromptTokenizer = Pick<TextTokenizer, 'encode' | 'tokenize' | 'bosTokenId'>;

export interface PromptContext {
  readonly form: Form;
  /** Stands before everything. */
  readonly header: string;
  /** Shown solved after the header, in this order. */
  readonly shots: readonly ChoiceExample[];
  readonly bos: Bos;
  /** Tokens of a prompt with its longest option, at most. */
  readonly maxLength: number;
}

/**
 * Header, shots and question are tokenized together with each option and cut where the text's own tokens end. A prompt's
 * prefix is the tokens that it shares with header and shots alone. Where the longest option would not fit, the last shots
 * are left out, as MMLU's authors do; where that is not enough, tokens are dropped from the front.
 * @param onPrompt called with the text of each prompt, with that of its options behind it, and what became of them
 * @throws InputError where a token that begins texts is asked for and the tokenizer has none
 */
export function choicePrompts(
  examples: readonly Asked[],
  { form, header, shots, bos, maxLength }: PromptContext,
  tokenizer: PromptTokenizer,
  onPrompt: (texts: readonly string[], prompt: BranchedPrompt) => void = () => {},
): BranchedPrompt[] {
  const texts = Array.from({ length: shots.length + 1 }, (_, count) =>
    [header, ...shots.slice(0, count).map((shot) => solved(shot, form))].join(''),
  );
  const prefixes = texts.map((text) => (text === '' ? undefined : new Prefixes(tokenize(text, tokenizer, bos))));
  return examples.map((example) => {
    for (let count = shots.length; ; count--) {
      const text = `${texts[count]}${form.asked(example)}`;
      const before = tokenize(text, tokenizer, bos);
      const answers = form.answers(example);
      const whole = answers.map((answer) => tokenize(`${text} ${answer}`, tokenizer, bos));
      const branches = whole.map((ids) => ids.slice(before.length));
      const excess = Math.max(...whole.map((ids) => ids.length)) - maxLength;
      if (excess > 0 && count > 0) continue;
      if (excess >= before.length) {
        const longest = excess + maxLength;
        throw new InputError(
          `an option of ${JSON.stringify(example.question)} alone takes ${longest - before.length} tokens, expected fewer than ${maxLength}, which the model reads`,
        );
      }
      const prefix = excess > 0 ? undefined : prefixes[count]?.of(before);
      const prompt =
        prefix === undefined
          ? { trunk: before.slice(Math.max(0, excess)), branches }
          : { prefix, trunk: before.slice(prefix.length), branches };
      onPrompt([text, ...answers], prompt);
      return prompt;
    }
  });
}

/** What prompts have in common with one text, as the same array where it is the same. */
class Prefixes {
  private readonly known = new Map<number, readonly number[]>();

  constructor(private readonly own: readonly number[]) {}

  /** Leaves at least one token; undefined where nothing is common. */
  of(ids: readonly number[]): readonly number[] | undefined {
    const differs = this.own.findIndex((id, i) => id !== ids[i]);
    const length = Math.min(differs === -1 ? this.own.length : differs, ids.length - 1);
    if (length === 0) return undefined;
    const prefix = this.known.get(length) ?? this.own.slice(0, length);
    this.known.set(length, prefix);
    return prefix;
  }
}

/** @throws InputError where a token that begins texts is asked for and the tokenizer has none */
export function tokenize(text: string, tokenizer: PromptTokenizer, bos: Bos): readonly number[] {
  if (bos === 'tokenizer') return tokenizer.encode(text, undefined, Number.MAX_SAFE_INTEGER).ids;
  const ids = tokenizer.tokenize(text);
  if (bos === 'never') return ids;
  if (tokenizer.bosTokenId === undefined) throw new InputError('the tokenizer names no token that begins texts');
  return [tokenizer.bosTokenId, ...ids];
}
