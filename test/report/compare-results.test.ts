// What changed between two studies: which rows are one, what of a change is beyond its uncertainty, and what may explain it.
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULES } from '../../harness/audit/read-rules.ts';
import { METRICS } from '../../harness/metrics/index.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import type { CompletedRecord } from '../../harness/records/schema.ts';
import { aggregate } from '../../harness/report/aggregate.ts';
import { compareResults, type Side } from '../../harness/report/compare-results.ts';
import type { TaskScores } from '../../harness/stats/scores.ts';
import { completed, type SampleRun, sampleConfig, sha } from '../records/sample.ts';

interface SampleRow extends Omit<SampleRun, 'seed'> {
  /** The share of questions that it has right. */
  readonly share: number;
  readonly seeds?: readonly number[];
  change?(record: CompletedRecord): CompletedRecord;
}

const LABELS = Float64Array.from({ length: 200 }, (_, i) => i % 4);

function runOf({ share, change = (record) => record, ...run }: SampleRow, seed: number) {
  const draw = streamsOf(seed)(`${run.label ?? ''} ${share}`);
  const predictions = LABELS.map((label) => (draw.uniform(0, 1) < share ? label : (label + 1) % 4));
  const value = METRICS.accuracy([...predictions], [...LABELS]);
  const config = sampleConfig({ ...run, seed });
  const record = completed(config, 0.5);
  const metrics = { ...record.metrics, primary: { name: 'accuracy', value }, all: { accuracy: value } };
  return { record: change({ ...record, metrics }), scores: { seed, value, predictions: [predictions] } };
}

function sideOf(...rows: SampleRow[]): Side {
  const all = rows.map((row) => ({ row, runs: (row.seeds ?? [0, 1, 2]).map((seed) => runOf(row, seed)) }));
  const records = all.flatMap(({ runs }) => runs.map(({ record }) => record));
  const sets = [{ name: 'dev', ids: [...LABELS.keys()].map(String), labels: LABELS }];
  const tasks = all.map(({ runs }): TaskScores => {
    const { config } = (runs[0] as ReturnType<typeof runOf>).record;
    const methods = [{ label: config.method.label, runs: runs.map(({ scores }) => scores) }];
    const measured = { metric: 'accuracy', measure: 'accuracy', overall: 'first' } as const;
    return { model: config.model, task: config.task.id, ...measured, sets, methods };
  });
  return { records, rows: aggregate(records).rows, tasks: merged(tasks) };
}

/** One entry a task, with all of its methods. */
function merged(tasks: readonly TaskScores[]): TaskScores[] {
  const ids = [...new Set(tasks.map(({ task }) => task))];
  return ids.flatMap((id) => {
    const own = tasks.filter(({ task }) => task === id);
    return own.slice(0, 1).map((first) => ({ ...first, methods: own.flatMap(({ methods }) => methods) }));
  });
}

const compared = (first: Side, second: Side) => compareResults(first, second, DEFAULT_RULES.rules, () => undefined);
const byMachine = (record: CompletedRecord, environment: object): CompletedRecord => ({
  ...record,
  environment: { ...record.environment, ...environment },
});

describe('rows', () => {
  it('are one by label and task, and what is left by method and options', () => {
    const first = sideOf(
      { share: 0.5, label: 'a' },
      { share: 0.5, label: 'b', task: 'glue/sst2' },
      { share: 0.5, label: 'gone' },
    );
    const second = sideOf(
      { share: 0.5, label: 'a' },
      { share: 0.5, label: 'c', task: 'glue/sst2' },
      { share: 0.5, label: 'new', task: 'glue/cola' },
    );
    const { rows, onlyFirst, onlySecond } = compared(first, second);
    expect(rows.map(({ label, secondLabel, task }) => [label, secondLabel, task])).toEqual([
      ['a', 'a', 'glue/stsb'],
      ['b', 'c', 'glue/sst2'],
    ]);
    expect(onlyFirst.map(({ label }) => label)).toEqual(['gone']);
    expect(onlySecond.map(({ label }) => label)).toEqual(['new']);
  });

  it('are not guessed where two might be meant', () => {
    const second = sideOf({ share: 0.5, label: 'x' }, { share: 0.6, label: 'y', rate: 2e-3 });
    expect(compared(sideOf({ share: 0.5, label: 'a' }), second).rows).toEqual([]);
    expect(compared(second, sideOf({ share: 0.5, label: 'a' })).rows).toEqual([]);
  });

  it('are one where a model is called otherwise and has the same weights', () => {
    const moved = (record: CompletedRecord): CompletedRecord => ({
      ...record,
      config: { ...record.config, model: './tiny' },
    });
    expect(compared(sideOf({ share: 0.5 }), sideOf({ share: 0.5, change: moved })).rows).toHaveLength(1);
    const other = (record: CompletedRecord) => ({ ...moved(record), model: { ...record.model, sha256: sha('other') } });
    expect(compared(sideOf({ share: 0.5 }), sideOf({ share: 0.5, change: other })).rows).toHaveLength(0);
  });
});

describe('a change', () => {
  const [row] = compared(sideOf({ share: 0.5 }), sideOf({ share: 0.8 })).rows;

  it('is beyond its uncertainty where the corrected test says so, and nothing explains it where all else is alike', () => {
    expect(row).toMatchObject({ verdict: 'beyond', confounds: [], settings: [], change: { design: 'paired' } });
    expect(row?.change.effect.value).toBeCloseTo(0.3, 1);
  });

  it('is within it where not, and none where every prediction is the same', () => {
    expect(compared(sideOf({ share: 0.5, label: 'a' }), sideOf({ share: 0.501, label: 'a' })).rows[0]?.verdict).toBe(
      'within',
    );
    const first = sideOf({ share: 0.5 });
    expect(compared(first, first).rows[0]).toMatchObject({ verdict: 'unchanged', change: { effect: { value: 0 } } });
  });

  it('is corrected for all rows', () => {
    const side = (share: number) => sideOf(...['a', 'b', 'c'].map((label) => ({ label, share })));
    const { rows } = compared(side(0.5), side(0.6));
    const smallest = Math.min(...rows.map(({ change }) => change.interval.value?.p ?? 1));
    expect(Math.min(...rows.map(({ adjusted }) => adjusted.value ?? 1))).toBeCloseTo(Math.min(1, 3 * smallest), 12);
  });

  it('is not known of one seed', () => {
    const { rows } = compared(sideOf({ share: 0.5, seeds: [0] }), sideOf({ share: 0.8, seeds: [0] }));
    expect(rows[0]).toMatchObject({ verdict: 'unknown', change: { examplesTest: { value: { test: 'mcnemar' } } } });
  });
});

describe('scores that a change is of', () => {
  const without = (side: Side, left: number): Side => ({
    ...side,
    tasks: side.tasks.map((task) => ({
      ...task,
      methods: task.methods.map(({ label, runs }) => ({ label, runs: runs.slice(left) })),
    })),
  });

  it('are of the same runs as the change, which may be fewer than the row has', () => {
    const second = without(sideOf({ share: 0.6 }), 1);
    const [row] = compared(sideOf({ share: 0.5 }), second).rows;
    const kept = (second.tasks[0]?.methods[0]?.runs ?? []).map(({ value }) => value ?? Number.NaN);
    expect([kept.length, second.records.length]).toEqual([2, 3]);
    expect(row?.second.mean.value).toBeCloseTo(kept.reduce((sum, value) => sum + value, 0) / kept.length, 12);
    expect(row?.second.deviation.value).toBeCloseTo(Math.abs((kept[0] ?? 0) - (kept[1] ?? 0)) / Math.SQRT2, 12);
    expect(Number(row?.second.mean.value) - Number(row?.first.mean.value)).toBeCloseTo(
      row?.change.effect.value ?? Number.NaN,
      12,
    );
  });

  it('on other examples have no verdict of one seed, with the reason', () => {
    const second = sideOf({ share: 0.8, seeds: [0] });
    const elsewhere = second.tasks.map((task) => ({
      ...task,
      sets: task.sets.map((set) => ({ ...set, ids: set.ids.map((id) => `other ${id}`) })),
    }));
    expect(compared(sideOf({ share: 0.5 }), { ...second, tasks: elsewhere }).rows[0]).toMatchObject({
      verdict: 'unknown',
      change: { why: 'scored on other examples', interval: { reason: 'one seed has no spread over seeds' } },
    });
  });
});

describe('what may explain a change', () => {
  const explained = (change: (record: CompletedRecord) => CompletedRecord) =>
    compared(sideOf({ share: 0.5 }), sideOf({ share: 0.8, change })).rows[0];

  it.each<[string, (record: CompletedRecord) => CompletedRecord, string[]]>([
    ['data', (record) => ({ ...record, dataset: { ...record.dataset, sha256: sha('x') } }), ['data']],
    ['weights', (record) => ({ ...record, model: { ...record.model, sha256: sha('x') } }), ['weights']],
    ['semantics', (record) => ({ ...record, code: { ...record.code, semantics: 2 } }), ['semantics']],
    [
      "the method's own file",
      (record) => ({ ...record, code: { ...record.code, methodSha256: sha('x') } }),
      ['methodSources'],
    ],
    [
      'training',
      (record) => ({ ...record, config: { ...record.config, training: { ...record.config.training, epochs: 2 } } }),
      ['epochs'],
    ],
    ['the processor', (record) => byMachine(record, { cpu: 'B' }), ['cpu']],
    ['nothing that decides no score', (record) => byMachine(record, { threads: 1, jobs: 4, memoryBytes: 1 }), []],
  ])('%s', (_what, change, rules) => {
    expect(explained(change)?.confounds.map(({ rule }) => rule)).toEqual(rules);
  });

  it('is told beside what was set otherwise', () => {
    const second = sideOf({
      share: 0.8,
      rate: 2e-3,
      change: (record) => ({
        ...record,
        config: { ...record.config, method: { ...record.config.method, options: { r: 16 } } },
      }),
    });
    const [row] = compared(sideOf({ share: 0.5 }), second).rows;
    expect(row?.settings).toEqual([
      { key: 'method.learningRate', first: [1e-3], second: [2e-3] },
      { key: 'method.options.r', first: [8], second: [16] },
    ]);
    expect(row?.confounds).toMatchObject([{ rule: 'headLearningRate', first: [1e-3], second: [2e-3] }]);
  });
});

describe('costs', () => {
  const costsOf = (change: (record: CompletedRecord) => CompletedRecord) => {
    const [row] = compared(sideOf({ share: 0.5 }), sideOf({ share: 0.5, change })).rows;
    return Object.fromEntries((row?.costs ?? []).map(({ name, relative }) => [name, relative]));
  };

  it('have the share by which they changed', () => {
    const costs = costsOf((record) => ({
      ...record,
      params: { ...record.params, stored: 90 },
      memory: { ...record.memory, peakRss: 300e6 },
    }));
    expect(costs.trainable).toEqual({ value: 0, reason: null });
    expect(costs.stored?.value).toBeCloseTo(0.5, 12);
    expect(costs.peakRss?.value).toBeCloseTo(0.5, 12);
    expect(costs.secondsPerBatch?.value).toBe(0);
  });

  it('of seconds and memory do not compare where they were measured otherwise', () => {
    const costs = costsOf((record) => byMachine(record, { threads: 1 }));
    expect(costs.peakRss?.reason).toBe('measured otherwise in the second: 1 thread');
    expect(costs.secondsPerStep?.reason).toBe('measured otherwise in the second: 1 thread');
    expect(costs.stored?.value).toBe(0);
  });
});
