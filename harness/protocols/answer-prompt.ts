// A choice task as LLM-Adapters asks it (protocol `answer`): the instruction, the beginning of the response, and what may
// follow, the answer's names.
import type { ChoiceExample } from '../contracts/dataset.ts';
import { type BranchedPrompt, type Bos, branchAt, type PromptTokenizer } from './choice-prompt.ts';
import { ANSWER_PHRASE, alpacaPrompt } from './instruction.ts';

/** @throws InputError as `choicePrompt` */
export function answerPrompt(
  { instruction, answers }: Pick<ChoiceExample, 'instruction' | 'answers'>,
  tokenizer: PromptTokenizer,
  bos: Bos,
  maxLength: number,
): BranchedPrompt {
  return branchAt(`${alpacaPrompt(instruction)}${ANSWER_PHRASE}`, answers, tokenizer, bos, maxLength);
}
