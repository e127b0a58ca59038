// The likelihood protocol's prompts and answers, as lm-evaluation-harness defines them.
import { describe, expect, it } from 'vitest';
import type { ChoiceExample } from '../../harness/contracts/dataset.ts';
import {
  type BranchedPrompt,
  type Bos,
  choicePrompts,
  type PromptContext,
} from '../../harness/protocols/choice-prompt.ts';
import { scoreChoice } from '../../harness/protocols/choice-score.ts';
import { PROMPT_FORMS, solved } from '../../harness/protocols/prompt-form.ts';

/** What the tokenizer itself puts before a text. */
const OWN = 7;
/** A token a character, but `\nA` and `: ` are one each. */
const tokenizer = {
  tokenize: (text: string) =>
    (text.match(/\nA|: (?=x)|[\s\S]/g) ?? []).map((piece) => 1000 * piece.length + (piece.codePointAt(0) as number)),
  encode: (text: string) => ({ ids: [OWN, ...tokenizer.tokenize(text)], typeIds: [] }),
  bosTokenId: 2,
};
const asking = (question: string, ...options: string[]) => ({ question, options, instruction: '', answers: options });
const example = asking('Q?', 'yes', 'no!!');
const ZERO_SHOT: PromptContext = { form: PROMPT_FORMS.question, header: '', shots: [], bos: 'never', maxLength: 100 };

function choicePrompt(
  asked: typeof example,
  given: typeof tokenizer | (Omit<typeof tokenizer, 'bosTokenId'> & { bosTokenId: undefined }),
  bos: Bos,
  maxLength: number,
): BranchedPrompt {
  const [prompt] = choicePrompts([asked], { ...ZERO_SHOT, bos, maxLength }, given);
  return prompt as BranchedPrompt;
}

it('puts the question before every option, which follows a space', () => {
  const { trunk, branches } = choicePrompt(example, tokenizer, 'never', 100);
  expect(trunk).toEqual(tokenizer.tokenize('Question: Q?\nAnswer:'));
  expect(branches).toEqual([tokenizer.tokenize(' yes'), tokenizer.tokenize(' no!!')]);
});

it('cuts where the tokens of the question alone end, also where an option melts into its last one', () => {
  const { trunk, branches } = choicePrompt(asking('Q?', 'x'), tokenizer, 'never', 100);
  const whole = tokenizer.tokenize('Question: Q?\nAnswer: x');
  expect(trunk).toEqual(tokenizer.tokenize('Question: Q?\nAnswer:'));
  expect(branches).toEqual([whole.slice(trunk.length)]);
});

it('takes a dollar in a question for a dollar', () => {
  const { trunk } = choicePrompt(asking("costs $& or $'", 'a'), tokenizer, 'never', 100);
  expect(trunk).toEqual(tokenizer.tokenize("Question: costs $& or $'\nAnswer:"));
});

it('drops tokens from the front where the longest option leaves no room', () => {
  const whole = choicePrompt(example, tokenizer, 'never', 100);
  const longest = whole.trunk.length + 5;
  const cut = choicePrompt(example, tokenizer, 'never', longest - 3);
  expect(cut.trunk).toEqual(whole.trunk.slice(3));
  expect(cut.branches).toEqual(whole.branches);
});

it('begins with what the tokenizer puts there, or with its token, or with nothing', () => {
  const firstOf = (bos: Bos) => choicePrompt(example, tokenizer, bos, 100).trunk[0];
  expect(firstOf('tokenizer')).toBe(OWN);
  expect(firstOf('always')).toBe(2);
  expect(firstOf('never')).toBe(tokenizer.tokenize('Q')[0]);
  const without = { ...tokenizer, bosTokenId: undefined };
  expect(() => choicePrompt(example, without, 'always', 100)).toThrow(/names no token that begins texts/);
});

it('answers by log-likelihood, and by log-likelihood a character', () => {
  const right = scoreChoice({ id: 'a', label: 0 }, ['ab', 'abcdef'], [-2, -3]);
  expect(right).toMatchObject({ prediction: 0, predictionNorm: 1 });
  const other = scoreChoice({ id: 'b', label: 1 }, ['😀😀', 'abc'], [-4, -4.5]);
  // Characters are code points: -2 a character against -1.5.
  expect(other).toMatchObject({ prediction: 0, predictionNorm: 1 });
});

describe('with shots', () => {
  const shot = (question: string, label: number): ChoiceExample => ({
    id: question,
    question,
    options: ['one', 'two'],
    label,
    instruction: '',
    answers: ['answer1', 'answer2'],
  });
  const shots = [shot('S1', 0), shot('S2', 1)];
  const context = { ...ZERO_SHOT, form: PROMPT_FORMS.letters, header: 'About it.\n\n', shots, maxLength: 1000 };
  const asked = [example, asking('What else?', 'a', 'b', 'c')];
  const textOf = ({ question, options }: typeof example, count: number) =>
    `About it.\n\n${['S1\nA. one\nB. two\nAnswer: A\n\n', 'S2\nA. one\nB. two\nAnswer: B\n\n'].slice(0, count).join('')}` +
    `${question}\n${options.map((option, i) => `${'ABC'[i]}. ${option}\n`).join('')}Answer:`;

  it('words questions and answers as each form has it', () => {
    expect(solved(shots[1] as ChoiceExample, PROMPT_FORMS.question)).toBe('Question: S2\nAnswer: two\n\n');
    expect(solved(shots[1] as ChoiceExample, PROMPT_FORMS.letters)).toBe('S2\nA. one\nB. two\nAnswer: B\n\n');
  });

  it('prefix, trunk and branch are the tokens of the whole text, and the prefix is one array', () => {
    const prompts = choicePrompts(asked, context, tokenizer);
    for (const [i, { prefix = [], trunk, branches }] of prompts.entries()) {
      const text = textOf(asked[i] as typeof example, 2);
      expect([...prefix, ...trunk]).toEqual(tokenizer.tokenize(text));
      for (const [option, branch] of branches.entries()) {
        expect([...prefix, ...trunk, ...branch]).toEqual(tokenizer.tokenize(`${text} ${'ABC'[option]}`));
      }
      expect(prefix).toBe(prompts[0]?.prefix);
    }
    expect(prompts[0]?.prefix?.length).toBeGreaterThan(20);
  });

  it('ends the prefix before a token that melts into the question', () => {
    const prompts = choicePrompts([asking('xy', 'a', 'b')], { ...context, header: 'H: ', shots: [] }, tokenizer);
    expect(prompts[0]?.prefix).toEqual(tokenizer.tokenize('H'));
    expect([...(prompts[0]?.prefix ?? []), ...(prompts[0]?.trunk ?? [])]).toEqual(
      tokenizer.tokenize('H: xy\nA. a\nB. b\nAnswer:'),
    );
  });

  it('leaves out the last shots where the prompt would be too long, then drops tokens from the front', () => {
    const tokens = (count: number) => tokenizer.tokenize(`${textOf(example, count)} A`).length;
    const within = (maxLength: number) => {
      const [prompt] = choicePrompts([example], { ...context, maxLength }, tokenizer);
      return [...(prompt?.prefix ?? []), ...(prompt?.trunk ?? [])];
    };
    const whole = (count: number) => tokenizer.tokenize(textOf(example, count));
    expect(within(tokens(2))).toEqual(whole(2));
    expect(within(tokens(2) - 1)).toEqual(whole(1));
    expect(within(tokens(1) - 1)).toEqual(whole(0));
    expect(within(tokens(0) - 3)).toEqual(whole(0).slice(3));
  });
});

it('refuses an option that alone fills what the model reads', () => {
  expect(() => choicePrompts([example], { ...ZERO_SHOT, maxLength: 3 }, tokenizer)).toThrow(
    /an option of "Q\?" alone takes \d+ tokens, expected fewer than 3/,
  );
});
