// The text that a decoder is tuned on, and its tokens.
import { expect, it } from 'vitest';
import { openModelFiles } from '../../harness/formats/model-files.ts';
import { choicePrompts } from '../../harness/protocols/choice-prompt.ts';
import { alpacaPrompt } from '../../harness/protocols/instruction.ts';
import { tokenizeLearnt } from '../../harness/protocols/learnt-text.ts';
import { PROMPT_FORMS } from '../../harness/protocols/prompt-form.ts';
import { fixturePath } from '../fixtures.ts';

const example = {
  id: 'train-0',
  question: 'Which of them?',
  options: ['the one', 'the other'],
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
  const { ids, promptLength } = tokenizeLearnt(example, 'instruction', tokenizer, EOS, 10_000);
  const prompt = tokenizer.encode(PROMPT, undefined, 10_000).ids;
  expect(ids.slice(0, promptLength)).toEqual(prompt);
  expect(tokenizer.decode(ids.slice(promptLength, -1))).toBe('the correct answer is answer2');
  expect(ids.at(-1)).toBe(EOS);

  const cut = tokenizeLearnt(example, 'instruction', tokenizer, EOS, 30);
  expect(cut.ids).toEqual(ids.slice(-30));
  expect(cut.ids.slice(cut.promptLength)).toEqual(ids.slice(promptLength));
});

it('is, as a question, what the protocol likelihood scores', async () => {
  const { tokenizer } = await openModelFiles(fixturePath('decoder/llama'));
  const context = { form: PROMPT_FORMS.question, header: '', shots: [], bos: 'tokenizer', maxLength: 10_000 } as const;
  const [prompt] = choicePrompts([example], context, tokenizer);
  const { ids, promptLength } = tokenizeLearnt(example, 'question', tokenizer, EOS, 10_000);
  expect(tokenizer.decode(ids.slice(0, -1))).toContain('Which of them?\nAnswer: the other');
  expect(ids.slice(0, promptLength)).toEqual(prompt?.trunk);
  expect(ids.slice(promptLength)).toEqual([...(prompt?.branches[1] ?? []), EOS]);
});

it('ends once where the tokenizer ends texts by itself', () => {
  const encode = (text: string) => ({ ids: [1, ...Array.from(text, (c) => c.charCodeAt(0)), EOS], typeIds: [] });
  const { ids, promptLength } = tokenizeLearnt(example, 'instruction', { encode }, EOS, 10_000);
  expect(ids.filter((id) => id === EOS)).toHaveLength(1);
  expect(promptLength).toBe(PROMPT.length + 1);
});
