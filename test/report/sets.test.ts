// The table of a task's evaluation sets.
import { describe, expect, test } from 'vitest';
import { aggregate } from '../../harness/report/aggregate.ts';
import { completed, sampleConfig } from '../records/sample.ts';
import { markdownOf } from './made-report.ts';

function scored(label: string, seed: number, one: number, two: number | null) {
  const record = completed(sampleConfig({ label, task: 's/one+two', seed }), two === null ? null : (one + two) / 2);
  const primary = { name: 'acc', value: record.metrics.primary.value };
  return {
    ...record,
    metrics: {
      primary,
      all: { acc: primary.value, 'one/acc': one, 'two/acc': two, 'one/acc_norm': 0.1 },
      scoring: { overall: 'mean' as const, groups: {} },
    },
  };
}

const records = [scored('lora', 0, 0.5, 0.7), scored('lora', 1, 0.7, 0.7), scored('full', 0, 0.4, null)];
const axes = { models: ['tiny'], labels: ['lora', 'full'], tasks: ['s/one+two', 's/other'], seeds: [0, 1] };
const summary = aggregate([...records, completed(sampleConfig({ task: 's/other' }), 0.3)], axes);

describe('a task with several sets', () => {
  test('has a row a set and a column a method, of the primary metric', () => {
    expect(summary.sets).toHaveLength(1);
    const [table] = summary.sets;
    expect(table).toMatchObject({ model: 'tiny', task: 's/one+two', metric: 'acc', labels: ['lora', 'full'] });
    expect(table?.rows.map(({ set }) => set)).toEqual(['one', 'two']);
    const [lora, full] = table?.rows[0]?.figures ?? [];
    expect(lora?.mean.value).toBeCloseTo(0.6, 12);
    expect(lora?.deviation.value).toBeCloseTo(Math.SQRT2 / 10, 12);
    expect(full?.mean.value).toBe(0.4);
    expect(table?.rows[1]?.figures[1]?.mean).toEqual({ value: null, reason: 'two/acc is undefined for a seed' });
  });

  test('has no figure of seeds that have no mean together', () => {
    const [first, second] = records as [(typeof records)[0], (typeof records)[0]];
    const older = { ...second, code: { ...second.code, semantics: 1 } };
    const { sets } = aggregate([first, older], { ...axes, labels: ['lora'] });
    expect(sets[0]?.rows[0]?.figures[0]?.mean.reason).toMatch(/^seeds have other training semantics each: /);
  });

  test('is shown', () => {
    const lines = markdownOf(summary).split('\n');
    expect(lines).toContain('**s/one+two by set (acc).** Mean ± sample deviation over seeds, of each evaluation set.');
    expect(lines.find((line) => line.startsWith('| one'))).toMatch(/^\| one \| 0\.6000 ± 0\.1414 \| 0\.4000 \|$/);
    expect(lines.find((line) => line.startsWith('| two'))).toMatch(/^\| two \| 0\.7000 ± 0\.0000 \| +— \|$/);
  });
});

test('a first set that the figure is of, as MNLI has it, stands beside the others', () => {
  const record = completed(sampleConfig({ task: 'glue/mnli' }), 0.8);
  const mnli = {
    ...record,
    dataset: {
      ...record.dataset,
      evaluation: { read: 5, scored: ['matched', 'mismatched'].map((set) => ({ set, examples: 2 })) },
    },
    metrics: {
      primary: { name: 'accuracy', value: 0.8 },
      all: { accuracy: 0.8, 'mismatched/accuracy': 0.7 },
      scoring: { overall: 'first' as const, groups: {} },
    },
  };
  const [table] = aggregate([mnli]).sets;
  expect(table?.rows.map(({ set, figures }) => [set, figures[0]?.mean.value])).toEqual([
    ['matched', 0.8],
    ['mismatched', 0.7],
  ]);
  expect(aggregate([record]).sets).toEqual([]);
});

test('what is not trained has no learning rate', () => {
  const run = completed(sampleConfig({ label: 'frozen', task: 's/other' }), 0.3);
  const frozen = { ...run, params: { ...run.params, trainable: 0, head: 0 } };
  expect(aggregate([frozen]).rows[0]?.learningRates).toEqual([]);
  expect(aggregate([run]).rows[0]?.learningRates).toEqual([1e-3]);
});
