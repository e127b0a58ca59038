// Seconds and memory are compared only where they were measured alike; what was measured otherwise is a gap with a reason.
import { parse } from 'csv-parse/sync';
import { describe, expect, test } from 'vitest';
import type { CompletedRecord } from '../../harness/records/schema.ts';
import { aggregate } from '../../harness/report/aggregate.ts';
import { completed, sampleConfig } from '../records/sample.ts';
import { csvOf, markdownOf } from './made-report.ts';

const LABELS = ['full', 'lora', 'xgb'];
const axes = { models: ['tiny'], labels: LABELS, tasks: ['t/one'], seeds: [0, 1] };

function measured(
  label: string,
  seed: number,
  environment: Partial<CompletedRecord['environment']> = {},
  of: { batch?: number; step?: number; steps?: number; peakRss?: number } = {},
): CompletedRecord {
  const record = completed(sampleConfig({ label, task: 't/one', seed }), 0.5);
  const { batch = 0.1, step = 0.12, steps = 10, peakRss = 200e6 } = of;
  const around = (value: number) => ({ p05: value - 0.01, p95: value + 0.01 });
  return {
    ...record,
    environment: { ...record.environment, ...environment },
    memory: { ...record.memory, peakRss },
    time: {
      ...record.time,
      secondsPerBatch: { median: batch, mean: batch, ...around(batch), n: steps - 2, warmup: 2 },
      secondsPerStep: { median: batch, mean: step, ...around(step), n: steps },
    },
  };
}

const alike = LABELS.flatMap((label) => [0, 1].map((seed) => measured(label, seed)));
const costOf = (records: readonly CompletedRecord[], label: string) => {
  const row = aggregate(records, axes).rows.find((candidate) => candidate.label === label);
  if (row === undefined) throw new Error(`no row of ${label}`);
  return row.cost;
};

describe('costs over seeds', () => {
  const records = [
    measured('lora', 0, {}, { batch: 0.1, step: 0.12, steps: 10, peakRss: 210e6 }),
    measured('lora', 1, {}, { batch: 0.2, step: 0.3, steps: 30, peakRss: 190e6 }),
  ];
  const cost = costOf(records, 'lora');

  test('have a median of medians a batch, a mean of all steps, and their spread', () => {
    expect(cost.secondsPerBatch).toMatchObject({ n: 36, low: 0.1 - 0.01, high: 0.2 + 0.01 });
    expect(cost.secondsPerBatch.value.value).toBeCloseTo(0.15, 12);
    // (10 * 0.12 + 30 * 0.3) / 40.
    expect(cost.secondsPerStep.value.value).toBeCloseTo(0.255, 12);
    expect(cost.secondsPerStep).toMatchObject({ n: 40, low: 0.12 - 0.01, high: 0.3 + 0.01 });
  });

  test('have the largest memory, and the smallest beside it', () => {
    expect(cost.peakRss).toEqual({ value: { value: 210e6, reason: null }, low: 190e6, high: 210e6, n: 2 });
  });
});

describe('runs that were measured otherwise', () => {
  test.each([
    [{ jobs: 4 }, '4 runs at once'],
    [{ threads: 4 }, '4 threads'],
    [{ cpu: 'B' }, 'B, 2 cores'],
    [{ cores: 16 }, 'A, 16 cores'],
    [{ runtime: 'onnxruntime-node 1.31.0' }, 'onnxruntime-node 1.31.0, node v20.20.2 on linux-x64'],
    [{ backend: 'tensorflow', runtime: '4.22' }, 'tensorflow on cpu, 4.22, node v20.20.2 on linux-x64'],
    [{ device: 'webgpu', threads: 1 }, '1 thread, onnx on webgpu'],
    [{ jobs: null }, 'a number of runs at once that the record does not tell'],
  ])('%j leave a gap and say why', (environment, difference) => {
    const records = alike.map((record) =>
      record.config.method.label === 'full'
        ? { ...record, environment: { ...record.environment, ...environment } }
        : record,
    );
    const { secondsPerBatch, secondsPerStep, peakRss, apart } = costOf(records, 'full');
    for (const { value } of [secondsPerBatch, secondsPerStep, peakRss]) {
      expect(value).toEqual({ value: null, reason: `measured otherwise than most: ${difference}` });
    }
    expect(apart).toEqual([0, 1].map((seed) => ({ seed, measured: difference })));
    expect(costOf(records, 'lora')).toEqual(costOf(alike, 'lora'));
    const text = markdownOf(aggregate(records, axes));
    expect(text).toContain(`- full, t/one: — measured otherwise than most: ${difference}`);
  });

  test('in a row over seeds leave the others, and are named', () => {
    const records = alike.map((record) =>
      record.config.method.label === 'full' && record.seed === 1
        ? measured('full', 1, { jobs: 2, threads: 1 }, { batch: 9, step: 9, peakRss: 9e9 })
        : record,
    );
    const cost = costOf(records, 'full');
    expect([cost.secondsPerBatch.value.value, cost.peakRss.value.value, cost.peakRss.n]).toEqual([0.1, 200e6, 1]);
    expect(markdownOf(aggregate(records, axes))).toContain(
      '- full, t/one: seconds and memory are without seed 1, measured otherwise than most: 1 thread, 2 runs at once',
    );
  });

  test('are those that are fewer; of equally many, those that come later in the table', () => {
    const others = LABELS.slice(1).flatMap((label) => [0, 1].map((seed) => measured(label, seed, { cpu: 'B' })));
    const records = [...others, ...alike.filter(({ config }) => config.method.label === 'full')];
    expect(costOf(records, 'full').peakRss.value.value).toBeNull();
    expect(costOf(records, 'lora').peakRss.value.value).toBe(200e6);
    const even = records.filter(({ config }) => config.method.label !== 'xgb');
    expect(costOf(even, 'full').peakRss.value.value).toBe(200e6);
    expect(costOf(even, 'lora').peakRss.value.value).toBeNull();
  });

  test('of another model are no fewer: it has a table of its own', () => {
    const other = {
      ...measured('lora', 0, { cpu: 'B' }),
      config: { ...sampleConfig({ task: 't/one' }), model: 'large' },
    };
    const { rows } = aggregate([...alike, other]);
    expect(rows.find(({ model }) => model === 'large')?.cost.apart).toEqual([]);
    expect(rows.filter(({ model, label }) => model === 'large' && label === 'lora')[0]?.cost.peakRss.n).toBe(1);
  });
});

describe('what an older record does not tell', () => {
  const untold = (record: CompletedRecord): CompletedRecord => ({
    ...record,
    schemaVersion: 2,
    environment: { ...record.environment, jobs: null },
    time: { ...record.time, secondsPerStep: null },
  });

  test('is a gap with that reason', () => {
    const cost = costOf(alike.map(untold), 'lora');
    expect(cost.secondsPerStep.value).toEqual({ value: null, reason: 'records of version 2 do not tell' });
    expect(cost.secondsPerBatch.value.value).toBe(0.1);
    expect(markdownOf(aggregate(alike.map(untold), axes))).toContain(
      'Measured on A, 2 cores, 2 threads, onnx on cpu, onnxruntime-node 1.30.0, node v20.20.2 on linux-x64, a number of runs at once that the record does not tell.',
    );
  });

  test('is not what was not trained', () => {
    const frozen = { ...measured('lora', 0), losses: [] };
    frozen.time = { ...frozen.time, secondsPerBatch: null, secondsPerStep: null };
    expect(costOf([frozen], 'lora').secondsPerStep.value.reason).toBe('no step was timed');
  });
});

describe('the written report', () => {
  const summary = aggregate(alike, axes);
  const read = (name: string) =>
    parse<Record<string, string>>(csvOf(name, summary, { records: alike }), { columns: true });

  test('shows seconds a batch and a step with their spread and number, and what they were measured on', () => {
    const text = markdownOf(summary);
    expect(text).toContain(
      'Measured on A, 2 cores, 2 threads, onnx on cpu, onnxruntime-node 1.30.0, node v20.20.2 on linux-x64, 1 run at once.',
    );
    const line = text.split('\n').find((candidate) => /^\| lora +\| t\/one .* MB/.test(candidate));
    expect(line?.replaceAll(/ +/g, ' ')).toBe(
      '| lora | t/one | 0.100 (0.090 to 0.110, n 16) | 0.120 (0.110 to 0.130, n 20) | 200 MB | 2 |',
    );
  });

  test('has all of it in CSV', () => {
    expect(read('cost')[1]).toMatchObject({
      method: 'lora',
      seconds_per_batch: '0.1',
      seconds_per_batch_n: '16',
      seconds_per_step: '0.12',
      seconds_per_step_p05: '0.11',
      seconds_per_step_p95: '0.13',
      seconds_per_step_n: '20',
      peak_rss_bytes: '200000000',
      peak_rss_bytes_least: '200000000',
      measured_runs: '2',
      cpu: 'A',
      cores: '2',
      threads: '2',
      jobs: '1',
      runtime: 'onnxruntime-node 1.30.0',
    });
    expect(read('runs')[0]).toMatchObject({
      threads: '2',
      cpu: 'A',
      jobs: '1',
      seconds_per_step: '0.12',
      steps: '2',
    });
  });
});
