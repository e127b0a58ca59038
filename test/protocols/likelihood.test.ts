// The likelihood protocol's prompts and answers, as lm-evaluation-harness defines them.
import { expect, it } from 'vitest';
import { type Bos, choicePrompt } from '../../harness/protocols/choice-prompt.ts';
import { choiceMetrics, scoreChoice } from '../../harness/protocols/choice-score.ts';

/** What the tokenizer itself puts before a text. */
const OWN = 7;
/** A token a character, but `\nA` and `: ` are one each. */
const tokenizer = {
  tokenize: (text: string) =>
    (text.match(/\nA|: (?=x)|[\s\S]/g) ?? []).map((piece) => 1000 * piece.length + (piece.codePointAt(0) as number)),
  encode: (text: string) => ({ ids: [OWN, ...tokenizer.tokenize(text)], typeIds: [] }),
  bosTokenId: 2,
};
const example = { question: 'Q?', options: ['yes', 'no!!'] };

it('puts the question before every option, which follows a space', () => {
  const { trunk, branches } = choicePrompt(example, tokenizer, 'never', 100);
  expect(trunk).toEqual(tokenizer.tokenize('Question: Q?\nAnswer:'));
  expect(branches).toEqual([tokenizer.tokenize(' yes'), tokenizer.tokenize(' no!!')]);
});

it('cuts where the tokens of the question alone end, also where an option melts into its last one', () => {
  const { trunk, branches } = choicePrompt({ question: 'Q?', options: ['x'] }, tokenizer, 'never', 100);
  const whole = tokenizer.tokenize('Question: Q?\nAnswer: x');
  expect(trunk).toEqual(tokenizer.tokenize('Question: Q?\nAnswer:'));
  expect(branches).toEqual([whole.slice(trunk.length)]);
});

it('takes a dollar in a question for a dollar', () => {
  const { trunk } = choicePrompt({ question: "costs $& or $'", options: ['a'] }, tokenizer, 'never', 100);
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
  const right = scoreChoice({ id: 'a', label: 0, options: ['ab', 'abcdef'] }, [-2, -3]);
  expect(right).toMatchObject({ prediction: 0, predictionNorm: 1 });
  const other = scoreChoice({ id: 'b', label: 1, options: ['😀😀', 'abc'] }, [-4, -4.5]);
  // Characters are code points: -2 a character against -1.5.
  expect(other).toMatchObject({ prediction: 0, predictionNorm: 1 });
  expect(choiceMetrics([right, other])).toEqual({ acc: 0.5, acc_norm: 0.5 });
});
