import { describe, expect, test } from 'vitest';
import type { CompletedRecord, RunRecord } from '../../harness/records/schema.ts';
import { type Axes, aggregate, type Row } from '../../harness/report/aggregate.ts';
import { completed, sampleConfig, sha, unfinished } from '../records/sample.ts';

const at = (label: string, task: string, seed: number) => sampleConfig({ label, task, seed });
const axes: Axes = { models: ['tiny'], labels: ['xgb', 'lora'], tasks: ['t/one', 't/two'], seeds: [0, 1] };

/** lora: both tasks, both seeds. xgb: one task in part, the other not at all. */
const RECORDS: readonly RunRecord[] = [
  completed(at('lora', 't/one', 0), 0.8),
  completed(at('lora', 't/one', 1), 0.9),
  completed(at('lora', 't/two', 0), 0.5),
  completed(at('lora', 't/two', 1), 0.7),
  completed(at('xgb', 't/one', 0), 0.6),
  unfinished(at('xgb', 't/one', 1), 'diverged', 'loss is NaN'),
];

function rowOf(rows: readonly Row[], label: string, task: string): Row {
  const row = rows.find((candidate) => candidate.label === label && candidate.task === task);
  if (row === undefined) throw new Error(`no row of ${label}, ${task}`);
  return row;
}

describe('aggregation', () => {
  const { rows, averages } = aggregate(RECORDS, axes);

  test("has a row a method and task, in the study's order", () => {
    expect(rows.map(({ label, task }) => [label, task])).toEqual([
      ['xgb', 't/one'],
      ['xgb', 't/two'],
      ['lora', 't/one'],
      ['lora', 't/two'],
    ]);
  });

  // By hand: (0.8 + 0.9) / 2 = 0.85, deviation 0.1 / sqrt(2); (0.5 + 0.7) / 2 = 0.6; their average 0.725.
  test('gives mean and sample deviation over seeds', () => {
    const one = rowOf(rows, 'lora', 't/one');
    expect(one.quality.mean.value).toBeCloseTo(0.85, 12);
    expect(one.quality.deviation.value).toBeCloseTo(0.1 / Math.SQRT2, 12);
    expect(one.metric).toBe('pearson');
    expect(averages.find(({ label }) => label === 'lora')?.mean.value).toBeCloseTo(0.725, 12);
  });

  test('counts what failed, diverged and was not run, and shows why', () => {
    const partial = rowOf(rows, 'xgb', 't/one');
    expect(partial.runs).toEqual({ completed: 1, failed: 0, diverged: 1, missing: 0 });
    expect(partial.quality.mean.value).toBe(0.6);
    expect(partial.quality.deviation).toEqual({ value: null, reason: 'one value has no deviation' });
    expect(partial.problems).toEqual(['seed 1 diverged: loss is NaN']);
    const absent = rowOf(rows, 'xgb', 't/two');
    expect(absent.runs).toEqual({ completed: 0, failed: 0, diverged: 0, missing: 2 });
    for (const figure of [
      absent.quality.mean,
      absent.quality.deviation,
      absent.cost.peakRss.value,
      absent.params.trainable,
      absent.cost.secondsPerBatch.value,
      absent.cost.secondsPerStep.value,
      absent.examples.trainSeen,
    ]) {
      expect(figure).toEqual({ value: null, reason: 'not run' });
    }
  });

  test('gives no average where a task has no figure', () => {
    expect(averages.find(({ label }) => label === 'xgb')?.mean).toEqual({ value: null, reason: 'no figure for t/two' });
  });

  test('gives costs: counts, the share, the largest memory, the median time, the rates', () => {
    const [one, other] = [0, 1].map((seed) =>
      completed(sampleConfig({ seed, rate: seed === 0 ? 3e-3 : 1e-3 }), 0.5),
    ) as [CompletedRecord, CompletedRecord];
    const slow = {
      ...other,
      memory: { ...other.memory, peakRss: 300e6 },
      time: { ...other.time, secondsPerBatch: { median: 0.3, mean: 0.3, p05: 0.3, p95: 0.3, n: 2, warmup: 0 } },
    };
    const [row] = aggregate([one, slow]).rows;
    expect(row?.params).toMatchObject({
      trainable: { value: 50 },
      trainableCumulative: { value: 200 },
      stored: { value: 60 },
      head: { value: 5 },
      total: { value: 1000 },
      share: { value: 0.05 },
    });
    expect(row?.cost.peakRss.value.value).toBe(300e6);
    expect(row?.cost.secondsPerBatch.value.value).toBeCloseTo(0.2, 12);
    expect(row?.learningRates).toEqual([1e-3, 3e-3]);
  });

  test('has no time a batch where no step was timed', () => {
    const record = completed(sampleConfig(), 0.5);
    const untimed = {
      ...record,
      time: { ...record.time, secondsPerBatch: { median: 0, mean: 0, p05: 0, p95: 0, n: 0, warmup: 2 } },
    };
    expect(aggregate([untimed]).rows[0]?.cost.secondsPerBatch.value).toEqual({
      value: null,
      reason: 'no step was timed',
    });
  });

  test('gives no mean where the metric is undefined for a seed', () => {
    const records = [completed(sampleConfig({ seed: 0 }), 0.5), completed(sampleConfig({ seed: 1 }), null)];
    const [row] = aggregate(records).rows;
    expect(row?.quality.mean).toEqual({ value: null, reason: 'pearson is undefined for seed 1' });
  });

  test.each<[string, (record: CompletedRecord) => CompletedRecord, RegExp]>([
    [
      'weights',
      (record) => ({ ...record, model: { ...record.model, sha256: sha('other') } }),
      /^seeds have other weights each: \w{8} \(seed 0\), \w{8} \(seed 1\)$/,
    ],
    [
      'data',
      (record) => ({ ...record, dataset: { ...record.dataset, sha256: sha('other') } }),
      /^seeds have other data each: /,
    ],
    [
      'training semantics',
      (record) => ({ ...record, code: { ...record.code, semantics: 2 } }),
      /^seeds have other training semantics each: 3 \(seed 0\), 2 \(seed 1\)$/,
    ],
    [
      'primary metrics',
      (record) => ({
        ...record,
        metrics: { ...record.metrics, primary: { name: 'spearman', value: 0.7 }, all: { spearman: 0.7 } },
      }),
      /^seeds have another primary metric each: pearson \(seed 0\), spearman \(seed 1\)$/,
    ],
  ])('gives no mean over seeds of different %s', (_what, change, reason) => {
    const [first, second] = [0, 1].map((seed) => completed(sampleConfig({ seed }), 0.5 + seed / 10));
    if (first === undefined || second === undefined) throw new Error('expected two records');
    const [row] = aggregate([first, change(second)]).rows;
    expect(row?.quality.mean.value).toBeNull();
    expect(row?.quality.mean.reason).toMatch(reason);
    expect(aggregate([first, second]).rows[0]?.quality.mean.value).toBeCloseTo(0.55, 9);
  });

  test('gives no count in which seeds differ', () => {
    const [first, second] = [0, 1].map((seed) => completed(sampleConfig({ seed }), 0.5));
    if (first === undefined || second === undefined) throw new Error('expected two records');
    const other = { ...second, params: { ...second.params, trainable: 7 } };
    const { params } = aggregate([first, other]).rows[0] ?? {};
    expect(params?.trainable).toEqual({ value: null, reason: 'differs between seeds: 50 (seed 0), 7 (seed 1)' });
    expect(params?.stored.value).toBe(60);
  });

  test('has no deviation where nothing is trained, as seeds cannot differ', () => {
    const frozen = [0, 1].map((seed) => completed(sampleConfig({ seed }), 0.5, []));
    const { quality } = aggregate(frozen).rows[0] ?? {};
    expect(quality?.mean.value).toBe(0.5);
    expect(quality?.deviation).toEqual({ value: null, reason: 'nothing is trained, and seeds cannot differ' });
  });

  test('says why there is no final run where no trial has a score', () => {
    const trials = [1e-3, 3e-3].map((rate) =>
      unfinished(sampleConfig({ purpose: 'search', seed: 9, rate }), 'diverged', 'the loss of step 1 is NaN'),
    );
    const axes = { models: ['tiny'], labels: ['lora'], tasks: ['glue/stsb'], seeds: [0, 1] };
    const [row] = aggregate(trials, axes).rows;
    expect(row?.quality.mean).toEqual({ value: null, reason: 'no trial of the search has a score' });
    expect(row?.runs).toEqual({ completed: 0, failed: 0, diverged: 0, missing: 2 });
    expect(row?.problems).toEqual([
      'trial at 0.001 diverged: the loss of step 1 is NaN',
      'trial at 0.003 diverged: the loss of step 1 is NaN',
    ]);
    const scored = completed(sampleConfig({ purpose: 'search', seed: 9, rate: 1e-4 }), 0.1);
    expect(aggregate([...trials, scored], axes).rows[0]).toMatchObject({
      quality: { mean: { reason: 'not run' } },
      problems: [],
    });
  });

  test('leaves trials of a search out', () => {
    const trial = completed(sampleConfig({ purpose: 'search', seed: 9 }), 0.1);
    expect(aggregate([trial, completed(sampleConfig(), 0.5)])).toEqual(aggregate([completed(sampleConfig(), 0.5)]));
  });
});
