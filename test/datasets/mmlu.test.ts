// MMLU: what a subject's files become, and what is refused.
import { describe, expect, it } from 'vitest';
import { MMLU } from '../../datasets/mmlu.ts';
import { MMLU_CATEGORIES } from '../../datasets/mmlu-categories.ts';
import type { ChoiceData } from '../../harness/contracts/dataset.ts';
import { InputError } from '../../harness/contracts/input-error.ts';
import { createDataReader } from '../../harness/formats/data-reader.ts';
import { SUBJECTS, sampleFolder } from './mmlu-sample.ts';

async function read(folder = sampleFolder()): Promise<ChoiceData> {
  const data = await MMLU.read(createDataReader([folder]));
  if (data.kind !== 'choice') throw new Error(data.kind);
  return data;
}

it('has an evaluation set a subject, each with its shots and its header', async () => {
  const { train, evaluation, promptForm, overall } = await read();
  expect(train).toEqual([]);
  expect([promptForm, overall]).toEqual(['letters', 'pooled']);
  expect(evaluation.map(({ name }) => name)).toEqual(SUBJECTS);
  for (const { name, shots, header } of evaluation) {
    expect(shots?.map(({ id, question, label }) => [id, question, label])).toEqual(
      [0, 1, 2, 3, 0].map((label, i) => [`dev-${i}`, `${name} ${i}?`, label]),
    );
    const subject = name.split('_').join(' ');
    expect(header).toBe(`The following are multiple choice questions (with answers) about ${subject}.\n\n`);
  }
});

it('has 57 subjects in four categories, none twice', async () => {
  expect(new Set(SUBJECTS).size).toBe(57);
  // As many as the authors' categories.py puts in each.
  expect(Object.entries(MMLU_CATEGORIES).map(([name, subjects]) => [name, subjects.length])).toEqual([
    ['STEM', 18],
    ['humanities', 13],
    ['social sciences', 12],
    ['other', 14],
  ]);
  expect((await read()).groups).toBe(MMLU_CATEGORIES);
});

describe('refuses, naming file and line', () => {
  const refuses = async (files: Record<string, string | undefined>, message: string) => {
    const folder = sampleFolder(files);
    await expect(read(folder)).rejects.toThrow(new InputError(message.replace('MMLU', `${folder}/mmlu`)));
  };
  const TEST = 'test/anatomy_test.csv';

  it('a subject that is not there', () =>
    refuses(
      { [TEST]: undefined },
      'MMLU: no test/anatomy_test.csv, expected dev/SUBJECT_dev.csv and test/SUBJECT_test.csv of its 57 subjects',
    ));

  it.each([
    ['a letter that is none', 'q,a,b,c,d,A\n"q\nq",a,b,c,d,E\n', ':3: answer "E", expected A or B or C or D'],
    ['a column too few', 'q,a,b,c,A\n', ':1: 5 comma-separated columns, expected 6'],
    ['an empty option', 'q,a,b,,d,A\n', ':1: column 4 is empty'],
    ['no rows', '\n', ': no rows'],
    ['an empty file', '', ': the file is empty'],
  ])('%s', (_name, text, problem) => refuses({ [TEST]: text }, `MMLU/${TEST}${problem}`));

  it('a quote that is not closed', () =>
    expect(read(sampleFolder({ [TEST]: 'q,a,b,c,d,A\nq,"a,b,c,d,A\n' }))).rejects.toThrow(
      /anatomy_test\.csv:2: Quote Not Closed/,
    ));

  it('fewer questions to show than five', () =>
    refuses({ 'dev/anatomy_dev.csv': 'q,a,b,c,d,A\n' }, 'MMLU/dev/anatomy_dev.csv: 1 rows, expected 5'));
});
