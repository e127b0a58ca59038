// Searches step by step, on records made by hand.
import { describe, expect, test } from 'vitest';
import type { RunConfig } from '../../../harness/contracts/run-config.ts';
import type { RunRecord } from '../../../harness/records/schema.ts';
import { expand, type PendingFinal } from '../../../harness/study/expand.ts';
import { dueTrials, resolveFinal } from '../../../harness/study/search/choose.ts';
import { halvingRungs } from '../../../harness/study/search/rungs.ts';
import { completed, unfinished } from '../../records/sample.ts';
import { parse, STUDY } from '../sample.ts';

type Outcome = (trial: RunConfig) => RunRecord;
const byRate: Outcome = (trial) => completed(trial, trial.method.learningRate);

function searchOf(search: object, space: object): PendingFinal {
  const { finals } = expand(
    parse({
      ...STUDY,
      ...{ models: ['a'], tasks: ['glue/stsb'], seeds: [0], methods: [{ method: 'lora', space }] },
      search: { seed: 5, holdout: 8, ...search },
    }),
  );
  if (finals[0] === undefined) throw new Error('no final run');
  return finals[0];
}

/** What was asked for at each step, and the records. */
function runAll(pending: PendingFinal, outcome: Outcome) {
  const records = new Map<RunConfig, RunRecord>();
  const steps: (readonly RunConfig[])[] = [];
  for (;;) {
    const due = dueTrials(pending, records);
    if (due.length === 0) return { records, steps };
    steps.push(due);
    for (const trial of due) records.set(trial, outcome(trial));
  }
}

test('a search of options sets each final run and trial to its values, and records them', () => {
  const pending = searchOf({}, { learningRate: [0.1, 0.2], 'options.r': [4, 8] });
  expect(pending.candidates.map(({ config }) => [config.method.learningRate, config.method.options.r])).toEqual([
    [0.1, 4],
    [0.1, 8],
    [0.2, 4],
    [0.2, 8],
  ]);
  const { records } = runAll(pending, (trial) => completed(trial, trial.method.options.r === 8 ? 0.5 : 0.25));
  const { config, search } = resolveFinal(pending, records);
  expect(config.method).toMatchObject({ learningRate: 0.1, headLearningRate: 0.1, options: { r: 8, alpha: 16 } });
  expect(search?.map(({ values, value }) => [values, value])).toEqual(
    [0.1, 0.2].flatMap((learningRate) => [
      [{ learningRate, 'options.r': 4 }, 0.25],
      [{ learningRate, 'options.r': 8 }, 0.5],
    ]),
  );
});

test('of equals the smaller rate is taken, then what is first in the alphabet, wherever it stands', () => {
  for (const ranks of [
    [4, 8],
    [8, 4],
  ]) {
    const pending = searchOf({}, { 'options.r': ranks, learningRate: [0.2, 0.1] });
    const { records } = runAll(pending, (trial) => completed(trial, 0.5));
    expect(resolveFinal(pending, records).config.method).toMatchObject({ learningRate: 0.1, options: { r: 4 } });
  }
});

describe('of several seeds', () => {
  const pending = searchOf({ seeds: [1, 2, 3] }, { learningRate: [0.1, 0.2] });
  const trials = pending.candidates.map(({ rungs }) => rungs[0]);
  const scores = (table: Record<string, (number | null)[]>) =>
    runAll(pending, (trial) => completed(trial, table[trial.method.learningRate]?.[trial.seed - 1] ?? null)).records;

  test('each setting is tried with each, and its score is the mean', () => {
    expect(trials.map((own) => own?.map(({ seed }) => seed))).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    const { config, search } = resolveFinal(pending, scores({ 0.1: [0.5, 0.5, 0.5], 0.2: [0.9, 0.2, 0.2] }));
    expect(config.method.learningRate).toBe(0.1);
    expect(search).toHaveLength(6);
  });

  test('a setting with a trial without a score has none', () => {
    const records = scores({ 0.1: [0.1, 0.1, 0.1], 0.2: [0.9, 0.9, null] });
    expect(resolveFinal(pending, records).config.method.learningRate).toBe(0.1);
  });
});

describe('successive halving', () => {
  test.each([
    [12, 800, 2, [12, 6, 3, 1], [100, 200, 400, 800]],
    [9, 90, 3, [9, 3, 1], [10, 30, 90]],
    [12, 100, 3, [12, 4, 1], [11, 33, 100]],
    [2, 64, 3, [2], [64]],
  ])('of %i settings up to %i examples by %i', (settings, limit, eta, counts, examples) => {
    const rungs = halvingRungs(settings, limit, eta);
    expect(rungs.map((rung) => rung.settings)).toEqual(counts);
    expect(rungs.map(({ limitTrain }) => limitTrain)).toEqual(examples);
  });

  const rates = { learningRate: [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8] };
  const halving = { strategy: 'halving', trials: 8, limitTrain: 80 };
  const pending = searchOf(halving, rates);
  const told = (steps: readonly (readonly RunConfig[])[]) =>
    steps.map((step) => [step[0]?.task.limitTrain, step.map(({ method }) => method.learningRate).sort()]);

  test('asks for the better half of each rung, on twice the examples', () => {
    const { steps, records } = runAll(pending, byRate);
    expect(told(steps)).toEqual([
      [10, rates.learningRate],
      [20, [0.5, 0.6, 0.7, 0.8]],
      [40, [0.7, 0.8]],
      [80, [0.8]],
    ]);
    const { config, search } = resolveFinal(pending, records);
    expect(config).toMatchObject({ method: { learningRate: 0.8 }, task: { limitTrain: null } });
    expect(search?.map(({ examples }) => examples)).toEqual([...Array(8).fill(10), ...Array(4).fill(20), 40, 40, 80]);
  });

  test('chooses by the largest number of examples, whatever was scored on fewer', () => {
    const { records } = runAll(pending, (trial) =>
      completed(trial, trial.task.limitTrain === 80 ? 0.01 : trial.method.learningRate),
    );
    expect(resolveFinal(pending, records).config.method.learningRate).toBe(0.8);
  });

  test('lets nothing go on that has no score, and takes the best of the rung before where the last has none', () => {
    const { steps, records } = runAll(pending, (trial) =>
      trial.method.learningRate > 0.25 || trial.task.limitTrain === 40
        ? unfinished(trial, 'diverged', 'NaN')
        : byRate(trial),
    );
    expect(told(steps)).toEqual([
      [10, rates.learningRate],
      [20, [0.1, 0.2]],
      [40, [0.1, 0.2]],
    ]);
    expect(resolveFinal(pending, records).config.method.learningRate).toBe(0.2);
  });

  test('costs each method the same, which is said', () => {
    const study = parse({
      ...STUDY,
      training: { epochs: 2 },
      methods: [
        { method: 'full', space: { learningRate: { from: 0.1, to: 1, scale: 'log' } } },
        { method: 'lora', learningRate: 1, space: { 'options.r': { from: 1, to: 99, scale: 'linear' } } },
      ],
      tasks: ['glue/stsb'],
      search: { seed: 5, holdout: 8, ...halving, seeds: [1, 2] },
    });
    // Two passes over 10 examples of 8 settings, 20 of 4, 40 of 2 and 80 of 1, with two seeds.
    for (const { budget } of expand(study).searches) expect(budget).toEqual({ trials: 30, examples: 2 * 2 * 320 });
  });
});
