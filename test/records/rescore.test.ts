// Another metric from predictions: of real records their own again, and of made ones what the formulas give by hand.
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { isScoreName } from '../../harness/metrics/score-predictions.ts';
import { readPredictions } from '../../harness/records/predictions.ts';
import { rescore } from '../../harness/records/rescore.ts';
import type { CompletedRecord, Prediction } from '../../harness/records/schema.ts';
import { readRecords } from '../../harness/records/store.ts';
import { errorOf } from '../formats/error-of.ts';
import { completed, sampleConfig } from './sample.ts';

const results = (path: string): string => fileURLToPath(new URL(`../../results/${path}`, import.meta.url));

it.each(['quick', 'commonsense-smollm2', 'mmlu-smollm2'])('gives what records of results/%s say', (study) => {
  const folder = results(`${study}/runs`);
  const records = readRecords(folder).filter((record): record is CompletedRecord => record.status === 'completed');
  expect(records.length).toBeGreaterThan(0);
  for (const record of records) {
    const predictions = readPredictions(`${folder}/${record.id}.json`);
    // Records of version 2 have no predictions by length, and do not tell their groups.
    const names = Object.keys(record.metrics.all)
      .filter(isScoreName)
      .filter((name) => name !== 'acc_norm');
    for (const name of names) {
      const scores = rescore(record, predictions, name, record.id);
      expect(record.metrics.all).toMatchObject(scores);
      expect(scores[name]).toBe(record.metrics.all[name]);
    }
  }
});

const sample = completed(sampleConfig({ task: 'glue/sst2' }), 0);
const record = (sets: readonly string[]): CompletedRecord => ({
  ...sample,
  dataset: { ...sample.dataset, evaluation: { read: 99, scored: sets.map((set) => ({ set, examples: 6 })) } },
});
const predicted = (set: string, labels: readonly number[], predictions: readonly number[]): Prediction[] =>
  labels.map((label, i) => ({ set, id: `${i}`, label, prediction: predictions[i] ?? 0, scores: [] }));

it('computes F1 and Matthews as by hand', () => {
  // TP 2, FP 1, FN 1, TN 2: F1 4/6, Matthews (4 - 1) / 9, accuracy 4/6.
  const predictions = predicted('dev', [1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 0, 0]);
  expect(rescore(record(['dev']), predictions, 'f1', 'run')).toEqual({ f1: 4 / 6 });
  expect(rescore(record(['dev']), predictions, 'matthews', 'run')).toEqual({ matthews: 3 / 9 });
  expect(rescore(record(['dev']), predictions, 'accuracy', 'run')).toEqual({ accuracy: 4 / 6 });
});

it('takes a metric over several sets as the record says', () => {
  const two = record(['a', 'b']);
  const predictions = [...predicted('a', [1, 1], [1, 1]), ...predicted('b', [1, 1], [1, 0])];
  const over = (overall: 'first' | 'mean' | 'pooled') =>
    rescore({ ...two, metrics: { ...two.metrics, scoring: { overall, groups: {} } } }, predictions, 'accuracy', 'run');
  expect(over('first')).toEqual({ accuracy: 1, 'b/accuracy': 0.5 });
  expect(over('mean')).toEqual({ accuracy: 0.75, 'a/accuracy': 1, 'b/accuracy': 0.5 });
});

it.each<[string, () => unknown, RegExp]>([
  [
    'F1 of three classes',
    () => rescore(record(['dev']), predicted('dev', [0, 2], [0, 1]), 'f1', 'runs/a.json'),
    /^--metric f1: runs\/a\.json: has the class 2; expected a task of two classes, 0 and 1$/,
  ],
  [
    'the accuracy by length of predictions that do not tell it',
    () => rescore(record(['dev']), predicted('dev', [0], [0]), 'acc_norm', 'runs/a.json'),
    /^--metric acc_norm: runs\/a\.json: predictions that do not tell the option by length; expected /,
  ],
  [
    'a record that follows from its predictions in no way that there is',
    () =>
      rescore(
        {
          ...sample,
          metrics: { primary: { name: 'accuracy', value: 0.123 }, all: { accuracy: 0.123 }, scoring: null },
        },
        predicted('dev', [0, 1], [0, 1]),
        'matthews',
        'runs/a.json',
      ),
    /^runs\/a\.json: accuracy is taken over its sets in a way that the record does not tell; expected a newer record$/,
  ],
])('refuses %s', async (_what, call, words) => {
  expect(await errorOf(call)).toMatch(words);
});
