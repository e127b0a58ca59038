// A record that changes moves the cells that it feeds, and no other: on the records of results/quick.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hashLosses, predictionLines, sha256 } from '../../../harness/contracts/attestation.ts';
import { collapseOverSets } from '../../../harness/metrics/collapse.ts';
import { isScoreName, scorePredictions } from '../../../harness/metrics/score-predictions.ts';
import { predictionsFileOf, readPredictions } from '../../../harness/records/predictions.ts';
import type { CompletedRecord, Prediction } from '../../../harness/records/schema.ts';
import { readRecords, runsFolder, writeRecord } from '../../../harness/records/store.ts';
import type { Report } from '../../../harness/report/build.ts';
import type { Cell } from '../../../harness/report/tables/table.ts';
import { QUICK } from '../../audit/quick-study.ts';
import { reportOfFolder } from '../../cli/report-of-folder.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

/** Puts other predictions in place of a run's, and all that follows from them. */
function repredict(folder: string, record: CompletedRecord, change: (lines: Prediction[]) => Prediction[]): void {
  const file = join(folder, `${record.id}.json`);
  const predictions = change(readPredictions(file));
  const names = Object.keys(record.metrics.all).filter(isScoreName);
  const sets = (record.dataset.evaluation.scored ?? []).map(({ set }) => set);
  const { scoring, primary } = record.metrics;
  if (scoring === null) throw new Error('the record does not tell how it is scored');
  const all = scorePredictions(predictions, names, sets, scoring);
  for (const name of [file, predictionsFileOf(file)]) rmSync(name);
  const evaluations = record.evaluations.map((each, i) =>
    i === record.evaluations.length - 1 ? { ...each, metrics: all } : each,
  );
  const predictionsSha256 = sha256(predictionLines(predictions));
  writeRecord(
    folder,
    {
      ...record,
      evaluations,
      metrics: { ...record.metrics, primary: { ...primary, value: all[primary.name] ?? null }, all },
      collapsed: collapseOverSets(predictions, sets, primary.name, scoring.overall),
      attestation: { ...record.attestation, predictionsSha256, lossTraceSha256: hashLosses(record.losses) },
    },
    predictions,
  );
}

interface Place {
  readonly table: string;
  readonly column: string;
  readonly row: string;
  readonly cell: Cell;
}

/** Every cell, named by its table, its column and the words of its row. */
function cellsOf({ tables }: Report): Map<string, Place> {
  const places = tables.flatMap(({ name, columns, rows }) =>
    rows.flatMap((cells) => {
      const row = cells
        .flatMap(({ value, low, text, runs }) => (value === null && low === null && runs.length < 2 ? text : []))
        .join();
      return columns.map(({ key }, c): Place => ({ table: name, column: key, row, cell: cells[c] as Cell }));
    }),
  );
  return new Map(places.map((place, i) => [`${i} ${place.table} ${place.column}`, place]));
}

const said = ({ text, value, low, high, reason }: Cell) => JSON.stringify([text, value, low, high, reason]);

it('of a final run: its own figures, its row, its averages and the pairs it is in', async () => {
  const folder = temporaryFolder();
  cpSync(QUICK, folder, { recursive: true });
  const runs = runsFolder(folder);
  const before = cellsOf(await reportOfFolder(folder));
  const record = readRecords(runs).find(
    ({ config: { purpose, method, task, seed } }) =>
      purpose === 'final' && method.label === 'lora' && task.id === 'commonsense/arc-easy' && seed === 1,
  );
  if (record?.status !== 'completed') throw new Error('no such run in results/quick');
  let left = 9;
  repredict(runs, record, (lines) =>
    lines.map((line) => (line.prediction !== line.label && left-- > 0 ? { ...line, prediction: line.label } : line)),
  );
  const after = cellsOf(await reportOfFolder(folder));
  expect([...after.keys()]).toEqual([...before.keys()]);
  const changed = [...before].flatMap(([key, { table, column, cell }]) => {
    const now = after.get(key)?.cell as Cell;
    expect(now.runs, key).toEqual(cell.runs);
    return said(now) === said(cell) ? [] : [{ table, column, runs: cell.runs }];
  });
  for (const { table, column, runs: own } of changed) expect(own, `${table}, ${column}`).toContain(record.id);
  const tables = new Set(changed.map(({ table }) => table));
  expect([...tables].sort()).toEqual(
    ['compared-methods', 'comparisons', 'over-tasks', 'over-tasks-normalised', 'quality', 'runs', 'scores'].sort(),
  );
  // Each score that the run is part of has moved.
  const scores = [...before.values()].filter(({ table, row, cell }) => {
    return table === 'scores' && cell.runs.includes(record.id) && cell.value !== null && !row.includes('no model');
  });
  expect(scores).toHaveLength(2);
  expect(changed.filter(({ table }) => table === 'scores')).toHaveLength(2);
  expect(changed.filter(({ table }) => table === 'quality').map(({ column }) => column)).toEqual([
    'mean',
    'deviation',
    'mean',
  ]);
  expect(changed.filter(({ table }) => table === 'runs').map(({ column }) => column)).toEqual(['value', 'accuracy']);
}, 120_000);
