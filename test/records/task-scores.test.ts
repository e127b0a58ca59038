import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readRecords, runsFolder, writeRecord } from '../../harness/records/store.ts';
import { predictionLines } from '../../harness/contracts/attestation.ts';
import { METRICS } from '../../harness/metrics/index.ts';
import { metricOverSets } from '../../harness/metrics/over-sets.ts';
import { predictionsFileOf, readPredictions } from '../../harness/records/predictions.ts';
import type { CompletedRecord, Prediction } from '../../harness/records/schema.ts';
import { type StoredRecord, taskScores } from '../../harness/records/task-scores.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { completed, predictionsOf, sampleConfig, type SampleRun } from './sample.ts';

const ofStudy = (study: string): StoredRecord[] => {
  const folder = runsFolder(study);
  return readRecords(folder).flatMap((record) =>
    record.status === 'completed' ? [{ record, file: join(folder, `${record.id}.json`) }] : [],
  );
};

describe.each(['quick', 'commonsense-smollm2', 'mmlu-smollm2'])('of results/%s', (study) => {
  const { tasks, leftOut } = taskScores(ofStudy(`results/${study}`));

  test('the scores give each run its primary metric, and all final runs are in them or left out with a reason', () => {
    expect(tasks.length).toBeGreaterThan(0);
    let runs = 0;
    for (const { sets, methods, measure, overall } of tasks) {
      for (const run of methods.flatMap((method) => method.runs)) {
        const items = sets.map(({ name, labels }, k) => ({
          name,
          items: [...labels].map((label, i) => [run.predictions[k]?.[i] as number, label] as const),
        }));
        const of = (pairs: readonly (readonly [number, number])[]) =>
          METRICS[measure](
            pairs.map(([prediction]) => prediction),
            pairs.map(([, label]) => label),
          );
        expect(Number(metricOverSets('x', items, of, overall).x)).toBeCloseTo(Number(run.value), 12);
        runs++;
      }
      for (const { ids } of sets) expect(ids).toEqual(ids.toSorted((a, b) => (a < b ? -1 : 1)));
    }
    expect(runs + leftOut.length).toBe(
      ofStudy(`results/${study}`).filter(({ record }) => record.config.purpose === 'final').length,
    );
  });
});

/** Written to `folder` as a store does; `change` edits predictions, and the file alone. */
function stored(folder: string, run: SampleRun, change = (lines: Prediction[]) => lines): StoredRecord {
  const record: CompletedRecord = completed(sampleConfig(run), 0.5);
  writeRecord(folder, record, predictionsOf(record));
  const file = join(folder, `${record.id}.json`);
  writeFileSync(predictionsFileOf(file), predictionLines(change(readPredictions(file))));
  return { record, file };
}

test('examples are in the order of their ids, whatever that of a file', () => {
  const folder = temporaryFolder();
  const [one, other] = [stored(folder, { seed: 1 }), stored(folder, { seed: 0 }, (lines) => lines.toReversed())];
  const { tasks, leftOut } = taskScores([one, other]);
  expect(leftOut).toEqual([]);
  const [task] = tasks;
  expect(task?.sets[0]?.ids).toEqual(['dev-0', 'dev-1', 'dev-2', 'dev-3', 'dev-4', 'dev-5']);
  const runs = task?.methods[0]?.runs;
  expect(runs?.map(({ seed }) => seed)).toEqual([0, 1]);
  expect(runs?.[0]?.predictions).toEqual(runs?.[1]?.predictions);
  expect(task).toMatchObject({
    model: 'tiny',
    task: 'glue/stsb',
    metric: 'pearson',
    measure: 'pearson',
    overall: 'first',
  });
});

test('a run on other examples, other labels, or of a seed that is there already is left out, and said', () => {
  const folder = temporaryFolder();
  const alike = [stored(folder, { seed: 0 }), stored(folder, { seed: 1 })];
  const other = stored(folder, { seed: 2 }, (lines) => lines.map((line) => ({ ...line, id: `${line.id}x` })));
  const relabelled = stored(folder, { seed: 3 }, (lines) => lines.map((line) => ({ ...line, label: line.label + 1 })));
  const again = stored(folder, { seed: 1, rate: 2e-3 });
  const { tasks, leftOut } = taskScores([other, ...alike, relabelled, again]);
  expect(tasks[0]?.methods[0]?.runs.map(({ seed }) => seed)).toEqual([0, 1]);
  const why =
    'scored on pearson of dev 6, which is not what most runs were: pearson of dev 6, other examples or labels';
  expect(leftOut).toEqual([
    `tiny, lora, glue/stsb, seed 2: ${why}`,
    `tiny, lora, glue/stsb, seed 3: ${why}`,
    'tiny, lora, glue/stsb, seed 1: another run has this method and seed',
  ]);
});

test('runs whose records do not tell how sets are taken together, and are of sets of one size, are taken alike', () => {
  const { tasks, leftOut } = taskScores(ofStudy('results/mmlu-smollm2'));
  expect(leftOut).toEqual([]);
  expect(tasks.map(({ overall, methods }) => [overall, methods.length])).toEqual([['mean', 3]]);
});

test('trials of a search are not compared', () => {
  const folder = temporaryFolder();
  expect(taskScores([stored(folder, { purpose: 'search' })])).toEqual({ tasks: [], leftOut: [] });
});

test('the accuracy by length is of the predictions by length', () => {
  const folder = temporaryFolder();
  const { record, file } = stored(folder, {}, (lines) =>
    lines.map((line) => ({ ...line, predictionNorm: line.label })),
  );
  const primary = { name: 'acc_norm', value: 1 };
  const { tasks } = taskScores([{ record: { ...record, metrics: { ...record.metrics, primary } }, file }]);
  expect(tasks[0]).toMatchObject({ metric: 'acc_norm', measure: 'accuracy' });
  expect(tasks[0]?.methods[0]?.runs[0]?.predictions[0]).toEqual(tasks[0]?.sets[0]?.labels);
});

test('what is read is what the file holds', () => {
  const { file } = stored(temporaryFolder(), {});
  expect(predictionLines(readPredictions(file))).toBe(readFileSync(predictionsFileOf(file), 'utf8'));
});

test('seeds made from other weights or by other semantics have no mean, and are not compared by one', () => {
  const folder = temporaryFolder();
  const [first, second] = [stored(folder, { seed: 0 }), stored(folder, { seed: 1 })];
  const older: StoredRecord = {
    ...second,
    record: { ...second.record, code: { ...second.record.code, semantics: 1 } },
  };
  const full = [0, 1].map((seed) => stored(folder, { seed, label: 'full' }));
  const { tasks, leftOut } = taskScores([first, older, ...full]);
  expect(tasks[0]?.methods.map(({ label }) => label)).toEqual(['full']);
  expect(leftOut).toHaveLength(2);
  expect(leftOut[0]).toMatch(/^tiny, lora, glue\/stsb, seed 0: seeds have other training semantics each: /);
});
