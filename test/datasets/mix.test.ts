// A mix of a suite's tasks: their training examples together, their evaluation sets apart.
import { expect, it } from 'vitest';
import { embeddedDataRoot, taskById } from '../../datasets/index.ts';
import type { ChoiceData } from '../../harness/contracts/dataset.ts';
import { InputError } from '../../harness/contracts/input-error.ts';
import { createDataReader } from '../../harness/formats/data-reader.ts';

const read = async (id: string) => {
  const reader = createDataReader([embeddedDataRoot]);
  return { data: (await taskById(id).read(reader)) as ChoiceData, files: reader.files };
};

it('has every example of its tasks under a name of its own', async () => {
  const [mix, easy, book] = await Promise.all(
    ['commonsense/arc-easy+openbookqa', 'commonsense/arc-easy', 'commonsense/openbookqa'].map(read),
  );
  expect(mix?.data.train).toHaveLength((easy?.data.train.length ?? 0) + (book?.data.train.length ?? 0));
  expect(new Set(mix?.data.train.map(({ id }) => id)).size).toBe(mix?.data.train.length);
  expect(mix?.data.train.at(-1)).toEqual({
    ...book?.data.train.at(-1),
    id: `openbookqa/${book?.data.train.at(-1)?.id}`,
  });
  const [first, second, ...rest] = mix?.data.evaluation ?? [];
  expect([first?.name, second?.name, rest]).toEqual(['arc-easy', 'openbookqa', []]);
  expect(second?.examples).toHaveLength(book?.data.evaluation[0].examples.length ?? 0);
  expect(second?.shots).toEqual(book?.data.train.map((shot) => ({ ...shot, id: `openbookqa/${shot.id}` })));
  expect(mix?.data.train.slice(-1)[0]).toBe(second?.shots?.at(-1));
  expect(mix?.data.overall).toBe('mean');
  expect(mix?.files).toHaveLength(4);
});

it('is of tasks that there are, and of choices alone', () => {
  expect(() => taskById('commonsense/arc-easy+boolk')).toThrow(/"commonsense\/boolk" is unknown, did you mean/);
  expect(() => taskById('glue/cola+stsb')).toThrow(InputError);
});
