// A study of 200 runs is a page below a megabyte, whatever its tasks are, and says what it left out.
import { describe, expect, test } from 'vitest';
import type { CompletedRecord, Merge, Prediction } from '../../../harness/records/schema.ts';
import { studyPage } from '../../../harness/report/page/page.ts';
import type { Payload } from '../../../harness/report/page/payload.ts';
import { completed, sampleConfig, sha } from '../../records/sample.ts';
import { madeInput } from './inputs.ts';
import { one, parsed } from './parsed.ts';

const MEGABYTE = 1_000_000;
const METHODS = ['full', 'lora', 'xgblora, kappa 8', 'ia3', 'bitfit'];
const SEEDS = Array.from({ length: 10 }, (_, seed) => seed);

/** Between 0 and 1, of any number: made figures with all their digits. */
const figure = (seed: number): number => Math.abs(Math.sin(seed * 12.9898) * 43758.5453) % 1;

const LOSSES = Array.from({ length: 2000 }, (_, i) => figure(i));

interface MadeTask {
  readonly id: string;
  readonly sets: number;
  readonly examples: number;
  readonly predict: (example: number, run: number) => Partial<Prediction>;
}

/** As MMLU, STS-B, HellaSwag and generated answers are. */
const TASKS: readonly MadeTask[] = [
  {
    id: 'mmlu',
    sets: 57,
    examples: 246,
    predict: (i, run) => ({ label: i % 4, prediction: Math.floor(4 * figure(i + run)) }),
  },
  {
    id: 'glue/stsb',
    sets: 1,
    examples: 1500,
    predict: (i, run) => ({ label: i % 5, prediction: 5 * figure(i + run) }),
  },
  {
    id: 'commonsense/hellaswag',
    sets: 1,
    examples: 10_042,
    predict: (i, run) => ({ label: i % 4, prediction: (i * run) % 4 }),
  },
  {
    ...{ id: 'commonsense/boolq', sets: 1, examples: 3270 },
    predict: (i, run) => ({
      label: i % 2,
      prediction: -1,
      text: `an answer ${figure(i * run)} that no rule reads `.repeat(9),
    }),
  },
];

const records = TASKS.flatMap((task, t) =>
  METHODS.flatMap((label, m) => SEEDS.map((seed) => made(task, label, seed, (t * 5 + m) * 10 + seed))),
);
const predictionsOf = ({ id, config }: CompletedRecord): Prediction[] => {
  const task = TASKS.find((each) => each.id === config.task.id) as MadeTask;
  const run = records.findIndex((record) => record.id === id);
  return Array.from({ length: task.sets * task.examples }, (_, i) => ({
    ...{ set: `set-${Math.floor(i / task.examples)}`, id: `test-${i}`, label: 0, prediction: 0, scores: [] },
    ...task.predict(i, run),
  }));
};

function made(task: MadeTask, label: string, seed: number, run: number): CompletedRecord {
  const record = completed(sampleConfig({ label, task: task.id, seed }), 0.5, LOSSES);
  const merge = (i: number): Merge => ({
    step: 8 * i,
    layers: [0, 1, 4, 5],
    norm: figure(i),
    logits: figure(-i),
    freshOptimizer: true,
  });
  const sets = Array.from({ length: task.sets }, (_, i) => [`set-${i}/accuracy`, figure(i + run)]);
  return {
    ...record,
    id: sha(`${run}`).slice(0, 16),
    merges: Array.from({ length: 250 }, (_, i) => merge(i)),
    losses: LOSSES.map((loss) => loss + figure(run)),
    metrics: {
      ...record.metrics,
      primary: { name: 'accuracy', value: figure(run) },
      all: { ...record.metrics.all, ...Object.fromEntries(sets) },
    },
    attestation: {
      ...record.attestation,
      finalWeightsSha256: sha(`weights ${run}`),
      lossTraceSha256: sha(`losses ${run}`),
    },
    time: { ...record.time, trainSeconds: 100 * figure(run), totalSeconds: 200 * figure(run) },
  };
}

describe('the page of 200 runs', () => {
  const input = { ...madeInput(records), predictionsOf };
  const page = studyPage(input);
  const data: Payload = JSON.parse(one(parsed(page), '#data').textContent);

  test('is below a megabyte', () => {
    expect(records).toHaveLength(200);
    expect(Buffer.byteLength(page)).toBeLessThan(MEGABYTE);
  });

  test('has every run, with losses, merges and predictions', () => {
    expect(data.runs.map(({ id }) => id)).toEqual(records.map(({ id }) => id));
    expect(data.runs.every(({ losses, merges }) => losses.length >= 12 && merges.length >= 8)).toBe(true);
    expect(data.examples).toHaveLength(TASKS.length);
    for (const { ids, runs } of data.examples) {
      expect(runs).toHaveLength(50);
      expect(ids.length).toBeGreaterThan(50);
    }
    expect(data.examples.at(-1)?.texts.length).toBeGreaterThan(0);
  });

  test('says what is not in it', () => {
    const text = one(parsed(page), 'main').textContent;
    expect(text).toMatch(/Of 10042 examples of commonsense\/hellaswag \d+ are here, evenly spread/);
    expect(text).toMatch(/Of commonsense\/boolq the first \d+ have their texts here/);
    expect(text).toMatch(/Loss lines of long runs are drawn from means of several steps/);
    expect(text).toMatch(/Of runs with more than \d+ merges, \d+ are listed/);
  });
});
