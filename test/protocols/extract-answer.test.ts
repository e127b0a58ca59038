// Answers taken from generated texts. The expected ones are what LLM-Adapters' extract_answer gives (its regular
// expressions, first match).
import { expect, it } from 'vitest';
import { extractAnswer } from '../../harness/protocols/extract-answer.ts';

const numbered = (word: string, count: number) => Array.from({ length: count }, (_, i) => `${word}${i + 1}`);

it.each([
  ['boolq', 'the correct answer is true', ['true', 'false'], 0],
  ['the first, not the last', 'false, though some say true', ['true', 'false'], 1],
  ['within a word', 'untrue', ['true', 'false'], 0],
  ['no capitals', 'True', ['true', 'false'], undefined],
  ['piqa', ' the correct answer is solution2', numbered('solution', 2), 1],
  ['hellaswag', 'ending4\n\nending1', numbered('ending', 4), 3],
  ['winogrande', 'option3 or option1', numbered('option', 2), 0],
  ['arc', 'the correct answer is answer5.', numbered('answer', 5), 4],
  ['an option that the question does not have', 'answer5, no: answer1', numbered('answer', 4), undefined],
  ['and none beside it', 'answer4', numbered('answer', 3), undefined],
  ['a number that begins with another', 'answer12', numbered('answer', 4), 0],
  ['a space between', 'answer 1', numbered('answer', 4), undefined],
  ['nothing', '', numbered('answer', 4), undefined],
  ['the words of another task', 'solution1', numbered('answer', 4), undefined],
  ['behind a second response', 'I think\n\n### Response:\nanswer2', numbered('answer', 4), undefined],
  ['before a second response', 'answer3\n\n### Response:\nanswer2', numbered('answer', 4), 2],
])('%s: %j', (_, text, answers, expected) => {
  expect(extractAnswer(text, answers)).toBe(expected);
});
