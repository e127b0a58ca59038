// What a figure speaks for: the sets that were scored and their sizes, and the training examples read, drawn and seen.
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { CompletedRecord } from '../../harness/records/schema.ts';
import { aggregate } from '../../harness/report/aggregate.ts';
import { completed, sampleConfig, sha } from '../records/sample.ts';
import { csvOf, markdownOf } from './made-report.ts';

type Dataset = CompletedRecord['dataset'];
const DEV = { read: 408, scored: [{ set: 'validation', examples: 408 }] };
const TEST = { read: 1725, scored: [{ set: 'test', examples: 1725 }] };

function run(label: string, seed: number, dataset: Partial<Dataset>, steps = 100): CompletedRecord {
  const record = completed(sampleConfig({ label, task: 'glue/mrpc', seed }), 0.8);
  return {
    ...record,
    dataset: { ...record.dataset, train: { read: 3668, drawn: 1000 }, ...dataset },
    trained: { steps, examples: 32 * steps, tokens: 800 * steps },
  };
}

const axes = { models: ['tiny'], labels: ['lora', 'full'], tasks: ['glue/mrpc'], seeds: [0, 1] };
const all = (dataset: Partial<Dataset>, steps?: number) =>
  axes.labels.flatMap((label) => axes.seeds.map((seed) => run(label, seed, dataset, steps)));
/** Lines of the table of examples, with single spaces. */
const shown = (records: readonly CompletedRecord[]) =>
  markdownOf(aggregate(records, axes))
    .split('\n\n')
    .find((block) => block.includes('evaluated on'))
    ?.split('\n')
    .slice(2)
    .map((line) => line.replaceAll(/ +/g, ' '));

describe('the table of examples', () => {
  test('names the set that was scored, its size, and examples read, drawn and seen, once for methods that share them', () => {
    expect(shown(all({ evaluation: DEV }))).toEqual([
      '| glue/mrpc | lora, full | validation 408 | 408 | 3,668 | 1,000 | 3,200 | 100 |',
    ]);
    const half = { read: 1725, scored: [{ set: 'test', examples: 300 }] };
    expect(shown(all({ evaluation: half }))?.[0]).toContain('| test 300 | 1,725 |');
  });

  test('has a row for methods that saw more', () => {
    const records = all({ evaluation: DEV }).map((record) =>
      record.config.method.label === 'full' ? run('full', record.seed, { evaluation: DEV }, 300) : record,
    );
    expect(shown(records)).toEqual([
      '| glue/mrpc | lora | validation 408 | 408 | 3,668 | 1,000 | 3,200 | 100 |',
      '| glue/mrpc | full | validation 408 | 408 | 3,668 | 1,000 | 9,600 | 300 |',
    ]);
  });

  test('names several sets, and of many their number', () => {
    const sets = (count: number) => Array.from({ length: count }, (_, i) => ({ set: `set${i}`, examples: 10 + i }));
    const mean = (count: number) =>
      all({ evaluation: { read: 9000, scored: sets(count) } }).map((record) => ({
        ...record,
        metrics: { ...record.metrics, scoring: { overall: 'mean' as const, groups: {} } },
      }));
    expect(shown(mean(3))?.[0]).toContain('| set0 10, set1 11, set2 12 | 9,000 |');
    expect(shown(mean(57))?.[0]).toContain('| 57 sets, 2,166 in all | 9,000 |');
  });

  test('says which set the figure is of, where it is of the first', () => {
    const mnli = {
      read: 19647,
      scored: [
        { set: 'matched', examples: 9815 },
        { set: 'mismatched', examples: 9832 },
      ],
    };
    expect(shown(all({ evaluation: mnli }))?.[0]).toContain('| matched 9,815; apart: mismatched 9,832 | 19,647 |');
  });

  test('has a gap with a reason for what an older record does not tell', () => {
    const records = all({ evaluation: { read: 300, scored: null }, train: { read: 640, drawn: null } }).map(
      (record): CompletedRecord => ({
        ...record,
        schemaVersion: 2,
        trained: { steps: 20, examples: null, tokens: null },
      }),
    );
    expect(shown(records)).toEqual(['| glue/mrpc | lora, full | — | 300 | 640 | — | — | 20 |']);
    expect(markdownOf(aggregate(records, axes))).toContain('- lora, glue/mrpc: — records of version 2 do not tell');
  });
});

describe('figures that would be of different examples', () => {
  test('over seeds are missing, with what each was scored on', () => {
    const records = [run('lora', 0, { evaluation: TEST }), run('lora', 1, { evaluation: DEV })];
    const [row] = aggregate(records, axes).rows;
    expect(row?.quality.mean).toEqual({
      value: null,
      reason: 'seeds were scored on different examples: test 1,725 (seed 0), validation 408 (seed 1)',
    });
    expect(row?.quality.deviation.value).toBeNull();
    expect(row?.examples.evaluationRead.reason).toBe('differs between seeds: 1,725 (seed 0), 408 (seed 1)');
  });

  test('of methods are said', () => {
    const records = axes.seeds.flatMap((seed) => [
      run('lora', seed, { evaluation: TEST, sha256: sha('other') }),
      run('full', seed, { evaluation: DEV }),
    ]);
    const text = markdownOf(aggregate(records, axes));
    expect(text).toContain('- glue/mrpc: methods were scored on different examples, and their figures do not compare');
    expect(text).toContain('- glue/mrpc: runs were made with different data files');
    expect(markdownOf(aggregate(all({ evaluation: DEV }), axes))).not.toContain('different');
  });
});

test('limits beyond the data are said', () => {
  const records = all({ evaluation: DEV, train: { read: 3668, drawn: 3668 } }).map((record) => ({
    ...record,
    config: { ...record.config, task: { ...record.config.task, limitTrain: 5000, limitEval: 500 } },
  }));
  const text = markdownOf(aggregate(records, axes));
  expect(text.match(/^- glue\/mrpc: limit.*$/gm)).toEqual([
    '- glue/mrpc: limitTrain 5000, but 3668 examples are there',
    '- glue/mrpc: limitEval 500, but there are 408 of validation',
  ]);
});

test('CSV and JSON have them too', () => {
  const records = all({ evaluation: DEV });
  const summary = aggregate(records, axes);
  const read = (name: string) => parse<Record<string, string>>(csvOf(name, summary, { records }), { columns: true });
  const common = { evaluated: 'validation 408', evaluation_read: '408', train_read: '3668', train_drawn: '1000' };
  expect(read('quality')[0]).toMatchObject({ ...common, train_seen: '3200', steps: '100' });
  expect(read('runs')[0]).toMatchObject({ ...common, train_seen: '3200', steps: '100' });
  expect(JSON.parse(JSON.stringify(summary)).rows[0].examples.evaluated.sets).toEqual(DEV.scored);
});
