// The text that a decoder is tuned on, and its tokens.
import { expect, it } from 'vitest';
import { openModelFiles } from '../../harness/formats/model-files.ts';
import { alpacaPrompt, tokenizeInstruction } from '../../harness/protocols/instruction.ts';
import { fixturePath } from '../fixtures.ts';

const example = {
  id: 'train-0',
  instruction: 'Pick.\n\nAnswer1: one Answer2: two\n\nAnswer format: answer1/answer2',
  answers: ['answer1', 'answer2'],
  label: 1,
};
/** alpaca-lora's template without an input, which LLM-Adapters took over. */
const PROMPT = `Below is an instruction that describes a task. Write a response that appropriately completes the request.

### Instruction:
Pick.

Answer1: one Answer2: two

Answer format: answer1/answer2

### Response:
`;
const EOS = 2;

it('is the template of Alpaca, whatever is in the instruction', () => {
  expect(alpacaPrompt(example.instruction)).toBe(PROMPT);
  expect(alpacaPrompt('costs $& and $1')).toContain('costs $& and $1\n');
});

it('is prompt, response and the end, cut in front where it is too long', async () => {
  const { tokenizer } = await openModelFiles(fixturePath('decoder/llama'));
  const { ids, promptLength } = tokenizeInstruction(example, tokenizer, EOS, 10_000);
  const prompt = tokenizer.encode(PROMPT, undefined, 10_000).ids;
  expect(ids.slice(0, promptLength)).toEqual(prompt);
  expect(tokenizer.decode(ids.slice(promptLength, -1))).toBe('the correct answer is answer2');
  expect(ids.at(-1)).toBe(EOS);

  const cut = tokenizeInstruction(example, tokenizer, EOS, 30);
  expect(cut.ids).toEqual(ids.slice(-30));
  expect(cut.ids.slice(cut.promptLength)).toEqual(ids.slice(promptLength));
});

it('ends once where the tokenizer ends texts by itself', () => {
  const encode = (text: string) => ({ ids: [1, ...Array.from(text, (c) => c.charCodeAt(0)), EOS], typeIds: [] });
  const { ids, promptLength } = tokenizeInstruction(example, { encode }, EOS, 10_000);
  expect(ids.filter((id) => id === EOS)).toHaveLength(1);
  expect(promptLength).toBe(PROMPT.length + 1);
});
