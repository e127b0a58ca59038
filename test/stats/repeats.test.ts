// Evaluation examples that repeat each other.
import { expect, it } from 'vitest';
import type { ChoiceExample, TextExample } from '../../harness/contracts/dataset.ts';
import { repeatsOf } from '../../harness/stats/repeats.ts';

const text = (id: string, content: string, label: number): TextExample => ({ id, texts: [content], label });
const choice = (id: string, question: string, options: string[], label: number): ChoiceExample => {
  return { id, question, options, label, instruction: '', answers: [] };
};

it('groups equal texts of one set, and says which have different labels', () => {
  const one = [
    text('a', 'It rains.', 0),
    text('b', ' It  rains.', 1),
    text('c', 'It snows', 1),
    text('d', 'It snows', 1),
  ];
  const other = [text('a', 'It rains.', 1), text('b', 'else', 0)];
  const evaluation = [
    { name: 'one', examples: [...one, text('e', 'alone', 0)] },
    { name: 'other', examples: other },
  ] as const;
  expect(repeatsOf({ evaluation: [...evaluation] })).toEqual({
    repeated: 4,
    contradictory: 2,
    groups: [
      { set: 'one', ids: ['a', 'b'], contradictory: true },
      { set: 'one', ids: ['c', 'd'], contradictory: false },
    ],
  });
});

it('compares the right options of choices, not where they stand among equal ones', () => {
  const examples = [
    choice('a', 'Why?', ['x', 'y', 'x'], 0),
    choice('b', 'Why?', ['x', 'y', 'x'], 2),
    choice('c', 'Why?', ['y', 'x', 'x'], 0),
  ];
  expect(repeatsOf({ evaluation: [{ name: 'test', examples }] })).toMatchObject({ repeated: 2, contradictory: 0 });
});

it('takes formulas of other signs, and sentences of other case, for other texts', () => {
  const examples = [text('a', 'x + y', 0), text('b', 'x - y', 1), text('c', 'X + y', 1)];
  expect(repeatsOf({ evaluation: [{ name: 'test', examples }] })).toEqual({
    repeated: 0,
    contradictory: 0,
    groups: [],
  });
});
