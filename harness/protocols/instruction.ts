// A choice as an instruction and its response, as LLM-Adapters (Hu et al., 2023) trains on it: the Alpaca template (Taori
// et al., 2023) around the instruction, and a sentence that names the answer.
import type { ChoiceExample } from '../contracts/dataset.ts';
import type { TextTokenizer } from '../formats/tokenizer.ts';

/** Before the instruction. */
export const ALPACA_PREAMBLE =
  'Below is an instruction that describes a task. Write a response that appropriately completes the request.\n\n';

/** The instruction, and what is before the response. */
export function alpacaBody(instruction: string): string {
  return `### Instruction:\n${instruction}\n\n### Response:\n`;
}

export function alpacaPrompt(instruction: string): string {
  return `${ALPACA_PREAMBLE}${alpacaBody(instruction)}`;
}

/** What a response begins with, before the answer's name. */
export const ANSWER_PHRASE = 'the correct answer is';

/** A prompt and its response as tokens. */
export interface TokenizedInstruction {
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
export function tokenizeInstruction(
  { id, instruction, answers, label }: Pick<ChoiceExample, 'id' | 'instruction' | 'answers' | 'label'>,
  tokenizer: Pick<TextTokenizer, 'encode'>,
  eosTokenId: number | undefined,
  maxLength: number,
): TokenizedInstruction {
  const prompt = alpacaPrompt(instruction);
  const before = withoutEnd(prompt, tokenizer, eosTokenId);
  const text = withoutEnd(`${prompt}${ANSWER_PHRASE} ${answers[label]}`, tokenizer, eosTokenId);
  const whole = eosTokenId === undefined ? text : [...text, eosTokenId];
  const ids = whole.slice(Math.max(0, whole.length - maxLength));
  return { id, ids, promptLength: Math.max(0, before.length - (whole.length - ids.length)) };
}

/** Some tokenizers end every text. */
function withoutEnd(text: string, { encode }: Pick<TextTokenizer, 'encode'>, eosTokenId: number | undefined): number[] {
  const { ids } = encode(text, undefined, Number.MAX_SAFE_INTEGER);
  return eosTokenId !== undefined && ids.at(-1) === eosTokenId ? ids.slice(0, -1) : ids;
}
