// A choice as an instruction and its response, as LLM-Adapters (Hu et al., 2023) trains on it: the Alpaca template (Taori
// et al., 2023) around the instruction, and a sentence that names the answer.

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
