// What repeats what is searched for once for the same texts, and again where nothing is kept of them that can be believed.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { countOverlap } from '../../harness/cli/count-overlap.ts';
import { runCommandLine } from '../../harness/cli/program.ts';
import { services } from '../../harness/cli/services.ts';
import type { TaskData } from '../../harness/contracts/dataset.ts';
import { readRecords } from '../../harness/records/store.ts';
import { overlapOf } from '../../harness/stats/overlap.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';

vi.mock('../../harness/stats/overlap.ts', async (original) => {
  const actual = await original<typeof import('../../harness/stats/overlap.ts')>();
  return { ...actual, overlapOf: vi.fn(actual.overlapOf) };
});

const searches = vi.mocked(overlapOf);
beforeEach(() => void searches.mockClear());

/** Equal to any other that it gives for the same text, and read anew. */
const dataWith = (text: string): TaskData => ({
  kind: 'classification',
  labels: ['no', 'yes'],
  train: [{ id: 'train-0', texts: ['A cat sat.'], label: 0 }],
  evaluation: [{ name: 'validation', examples: [{ id: 'validation-0', texts: [text], label: 1 }] }],
});
const FOUND = { exact: 1, near: 0 };

const keptIn = (folder: string) => readdirSync(join(folder, '.cache')).map((name) => join(folder, '.cache', name));

describe('the overlap of splits', () => {
  test('is searched for once a process, with or without a folder', () => {
    const data = dataWith('a cat sat');
    expect([countOverlap(data, undefined), countOverlap(data, undefined)]).toEqual([FOUND, FOUND]);
    expect(searches).toHaveBeenCalledTimes(1);
  });

  test('is kept for the same texts, and for no others', () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 3; i++) expect(countOverlap(dataWith('a cat sat'), folder)).toEqual(FOUND);
    expect(searches).toHaveBeenCalledTimes(1);
    expect(countOverlap(dataWith('a dog ran'), folder)).toEqual({ exact: 0, near: 0 });
    expect(searches).toHaveBeenCalledTimes(2);
    expect(keptIn(folder)).toHaveLength(2);
  });

  test.each([
    ['cut off', (text: string) => text.slice(0, 20)],
    ['empty', () => ''],
    ['with another count', (text: string) => text.replace('near 0', 'near 7')],
    ['with more behind', (text: string) => `${text}\n`],
    ['of other texts', (_text: string, other: string) => other],
  ])('is searched for again where what is kept is %s', (_name, damage) => {
    const folder = temporaryFolder();
    countOverlap(dataWith('a dog ran'), folder);
    const [other = ''] = keptIn(folder);
    countOverlap(dataWith('a cat sat'), folder);
    const file = keptIn(folder).find((path) => path !== other) ?? '';
    const whole = readFileSync(file, 'utf8');
    writeFileSync(file, damage(whole, readFileSync(other, 'utf8')));
    searches.mockClear();
    expect(countOverlap(dataWith('a cat sat'), folder)).toEqual(FOUND);
    expect(searches).toHaveBeenCalledTimes(1);
    expect(readFileSync(file, 'utf8')).toBe(whole);
  });
});

test('a study searches once a task, not in the processes of its runs, and keeps what was found', async () => {
  const study = {
    name: 'overlap',
    models: [fixturePath('encoder/tiny-bert')],
    methods: [{ method: 'lora', learningRate: 1e-3 }],
    tasks: [{ task: 'glue/rte', limitTrain: 2, limitEval: 2 }],
    seeds: [0, 1],
    training: { maxLength: 32, batchSize: 2 },
  };
  const header = 'index\tsentence1\tsentence2\tlabel\n';
  const folder = temporaryFolder({
    'study.json': JSON.stringify(study),
    'data/glue/RTE/train.tsv': `${header}0\tA cat sat.\tIt sat.\tentailment\n1\tA dog ran far away today.\tIt ran.\tentailment\n`,
    'data/glue/RTE/dev.tsv': `${header}0\ta cat sat\tIt sat!\tnot_entailment\n1\tA dog ran far away today.\tIt ran off.\tentailment\n`,
  });
  const output = captureOutput();
  // In another process it is not replaced, and would find one of each.
  searches.mockReturnValueOnce({ exact: 2, near: 0, pairs: [] });
  await runCommandLine(['run', folder, '--data', join(folder, 'data')], services, output);
  expect([output.written.split('\n').filter((line) => /failed|error/.test(line)), output.code]).toEqual([[], 0]);
  const overlaps = readRecords(join(folder, 'runs')).map(({ dataset }) => dataset.overlap);
  expect(overlaps).toEqual([
    { exact: 2, near: 0 },
    { exact: 2, near: 0 },
  ]);
  expect(searches).toHaveBeenCalledTimes(1);
  expect(keptIn(folder)).toHaveLength(1);
}, 60_000);
