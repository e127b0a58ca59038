// commonsense_170k.json, the training rows of all eight sets in one file: rows as published, and what is refused.
import { copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMONSENSE_170K } from '../../datasets/commonsense.ts';
import { readTraining, TASKS, TRAINING_SETS } from '../../datasets/index.ts';
import { readTask } from '../../harness/cli/read-task.ts';
import type { ChoiceExample } from '../../harness/contracts/dataset.ts';
import { MissingData } from '../../harness/contracts/input-error.ts';
import { createDataReader } from '../../harness/formats/data-reader.ts';
import { fixturePath, readFixture } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const PUBLISHED = fixturePath('commonsense-published');
const { commonsense_170k: EXPECTED } = readFixture<{ commonsense_170k: Omit<ChoiceExample, 'id'>[] }>(
  'commonsense-published/expected.json',
);
const read = (root: string) => COMMONSENSE_170K.read(createDataReader([root]));

describe('commonsense_170k.json', () => {
  it('gives the rows of all eight sets in their order', async () => {
    expect(await read(PUBLISHED)).toEqual(EXPECTED.map((row, i) => ({ id: `train-${i}`, ...row })));
  });

  it.each(['commonsense', '.', 'ft-training_set', 'commonsense/ft-training_set'])('is found in %s', async (folder) => {
    const root = temporaryFolder();
    const path = join(root, folder, 'commonsense_170k.json');
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(join(PUBLISHED, 'commonsense_170k.json'), path);
    expect(await read(root)).toHaveLength(8);
  });

  it('takes the place of the training examples of a task that is scored', async () => {
    const { task, data, files } = await readTask({ id: 'commonsense/siqa', trainOn: 'commonsense/170k' }, [PUBLISHED]);
    expect(task.id).toBe('commonsense/siqa');
    expect(data.train).toHaveLength(8);
    const [scored] = data.evaluation;
    expect(scored.examples).toHaveLength(3);
    expect(scored.shots).toHaveLength(1);
    expect(files.map(({ path }) => path)).toContain('commonsense_170k.json');
  });

  it('is refused for a task that does not ask for a choice', async () => {
    const roots = [fixturePath('glue/tsv'), PUBLISHED];
    await expect(readTask({ id: 'glue/rte', trainOn: 'commonsense/170k' }, roots)).rejects.toThrow(
      'glue/rte: trainOn is commonsense/170k; expected two tasks of choice, not of classification and choice',
    );
  });

  it('that is nowhere is missing, by the names under which it was looked for', async () => {
    const root = temporaryFolder();
    await expect(read(root)).rejects.toThrow(MissingData);
    await expect(read(root)).rejects.toThrow(
      `commonsense/170k: no data in ${root}; expected a file commonsense/commonsense_170k.json or commonsense_170k.json or `,
    );
  });

  it('names the row of a wording that no set has', async () => {
    const row = { instruction: 'Solve: 1 + 1', input: '', output: '2', answer: '2' };
    const root = temporaryFolder({ 'commonsense_170k.json': JSON.stringify([row]) });
    await expect(read(root)).rejects.toThrow(
      /commonsense_170k\.json, row 1: no "Please answer the following question with true or false, question:" or .* at the beginning in the instruction "Solve: 1 \+ 1"$/,
    );
  });
});

it('has an id that is no task, and is what trainOn reads besides tasks', async () => {
  const ids = [...TASKS, ...TRAINING_SETS].map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const reader = createDataReader([PUBLISHED]);
  expect((await readTraining('commonsense/170k', reader)).train).toHaveLength(8);
  expect((await readTraining('commonsense/winogrande+boolq', reader)).train).toHaveLength(1);
});
