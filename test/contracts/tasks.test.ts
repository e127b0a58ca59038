// What every task promises, over every task and every layout it can be read from (tiny fixtures, made by
// scripts/fixtures/datasets.py together with what must be found in them, and rows as published).
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { TASKS, taskById } from '../../datasets/index.ts';
import type { ChoiceExample, TaskData, TextExample } from '../../harness/contracts/dataset.ts';
import { createDataReader } from '../../harness/formats/data-reader.ts';
import { METRIC_NAMES } from '../../harness/metrics/index.ts';
import { sampleFolder, TEST_EXAMPLES } from '../datasets/mmlu-sample.ts';

const fixtures = fileURLToPath(new URL('../fixtures/', import.meta.url));

interface Row {
  readonly task: string;
  /** Below test/fixtures; MMLU's many files are made when they are read. */
  readonly root: string;
  readonly expected: 'glue' | 'commonsense' | 'commonsense-published' | 'mmlu';
  /** The key in expected.json. */
  readonly key: string;
  /** Expected name of the evaluation set that expected.json calls `validation`. */
  readonly set?: string;
}

const GLUE = ['cola', 'sst2', 'mrpc', 'stsb', 'qqp', 'mnli', 'qnli', 'rte', 'wnli'];
const FOLDERS = {
  boolq: 'boolq',
  piqa: 'piqa',
  siqa: 'social_i_qa',
  hellaswag: 'hellaswag',
  winogrande: 'winogrande',
  'arc-easy': 'ARC-Easy',
  'arc-challenge': 'ARC-Challenge',
  openbookqa: 'openbookqa',
};
const glue = (name: string, root: string, set = 'validation'): Row => ({
  task: `glue/${name}`,
  root: `glue/${root}`,
  expected: 'glue',
  key: name,
  set,
});

/** A new task or layout adds a row. */
const ROWS: readonly Row[] = [
  ...GLUE.flatMap((name) => [glue(name, 'tsv'), glue(name, 'parquet')]),
  glue('mrpc', 'sources', 'test'),
  glue('mrpc', 'listed'),
  glue('stsb', 'sources'),
  ...Object.entries(FOLDERS).flatMap(([name, key]) =>
    (['commonsense', 'commonsense-published'] as const).map(
      (root): Row => ({ task: `commonsense/${name}`, root, expected: root, key }),
    ),
  ),
  { task: 'mmlu', root: 'a sample', expected: 'mmlu', key: 'virology' },
];

const folderOf = ({ root, expected }: Row): string => (expected === 'mmlu' ? sampleFolder() : join(fixtures, root));

it('has a row for every task', () => {
  expect([...new Set(ROWS.map((row) => row.task))].toSorted()).toEqual(TASKS.map((task) => task.id).toSorted());
});

it('ids and titles are unique, and every metric is one that the harness computes', () => {
  expect(new Set(TASKS.map((task) => task.id)).size).toBe(TASKS.length);
  expect(new Set(TASKS.map((task) => task.title)).size).toBe(TASKS.length);
  for (const task of TASKS) for (const metric of task.metrics) expect(METRIC_NAMES).toContain(metric);
});

describe.each(ROWS)('$task in $root', (row) => {
  const task = taskById(row.task);
  const read = async (folder = folderOf(row)) => {
    const reader = createDataReader([folder]);
    return { data: await task.read(reader), files: reader.files };
  };

  it('gives the examples of the fixture', async () => {
    const { data } = await read();
    expect(data.kind).toBe(task.kind);
    // One subject of many: test/datasets/mmlu.test.ts has the rest.
    const found = row.expected === 'mmlu' ? { [row.key]: bySplit(data)[row.key] } : bySplit(data);
    expect(found).toEqual(expectedSplits(row));
  });

  it('gives labels in range, texts that are not empty, and ids unique in their split', async () => {
    const { data } = await read();
    const splits = [data.train, ...data.evaluation.map((set) => set.examples)];
    for (const examples of splits) {
      expect(new Set(examples.map((example) => example.id)).size).toBe(examples.length);
      for (const example of examples) expectSound(example, data);
    }
    expect(data.evaluation.every((set) => set.examples.length > 0)).toBe(true);
  });

  it('remembers the checksum of every file it read, the same each time', async () => {
    const folder = folderOf(row);
    const { files } = await read(folder);
    expect(files.length).toBeGreaterThan(0);
    expect((await read(folder)).files).toEqual(files);
    for (const { path, sha256 } of files) {
      const bytes = readFileSync(join(folder, path));
      expect(sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    }
  });
});

function bySplit(data: TaskData): Record<string, object[]> {
  const content = ({ id: _, ...others }: TextExample | ChoiceExample) => others;
  return Object.fromEntries([
    ['train', data.train.map(content)],
    ...data.evaluation.map((set) => [set.name, set.examples.map(content)]),
  ]);
}

function expectedSplits(row: Row): Record<string, readonly unknown[]> {
  if (row.expected === 'mmlu') return { [row.key]: TEST_EXAMPLES };
  const all = JSON.parse(readFileSync(join(fixtures, row.expected, 'expected.json'), 'utf8'))[row.key];
  // PIQA's fixture has no training file; the others' holds the first row.
  if (row.expected === 'commonsense') return { train: row.key === 'piqa' ? [] : all.slice(0, 1), test: all };
  if (row.expected === 'commonsense-published') return { train: [], ...all };
  const { validation, ...others } = all;
  return validation === undefined ? others : { ...others, [row.set ?? 'validation']: validation };
}

function expectSound(example: TextExample | ChoiceExample, data: TaskData): void {
  const texts = 'texts' in example ? example.texts : [example.question, ...example.options];
  for (const text of texts) expect(text.trim()).not.toBe('');
  if (data.kind === 'regression') {
    expect(example.label).toBeGreaterThanOrEqual(data.range[0]);
    expect(example.label).toBeLessThanOrEqual(data.range[1]);
    return;
  }
  const classes =
    data.kind === 'classification' ? data.labels.length : 'options' in example ? example.options.length : 0;
  expect(Number.isInteger(example.label)).toBe(true);
  expect(example.label).toBeGreaterThanOrEqual(0);
  expect(example.label).toBeLessThan(classes);
}
