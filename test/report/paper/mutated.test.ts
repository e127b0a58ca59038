// A changed record changes the cells that name it, and no others.
import { expect, test } from 'vitest';
import { REPORT_NAMES } from '../../../harness/contracts/report-names.ts';
import type { RunRecord } from '../../../harness/records/schema.ts';
import { paperReport } from '../../../harness/report/paper/paper-report.ts';
import { templateNamed } from '../../../harness/report/paper/templates.ts';
import type { Cell } from '../../../harness/report/tables/table.ts';
import { committed } from './committed.ts';

const TABLES = REPORT_NAMES.map(templateNamed).filter(({ kind }) => kind === 'table');

test.each(['quick', 'commonsense-smollm2', 'mmlu-smollm2'])('of results/%s', async (name) => {
  const evidence = await committed(name);
  const cellsOf = (records: readonly RunRecord[]) =>
    paperReport(TABLES, { ...evidence, records }).tables.flatMap(({ name: table, rows, columns }) =>
      rows.flatMap((cells, row) => cells.map((cell, at) => ({ key: `${table} ${row} ${columns[at]?.key}`, cell }))),
    );
  const before = cellsOf(evidence.records);
  for (const record of evidence.records) {
    const after = cellsOf(evidence.records.map((each) => (each === record ? mutated(record) : each)));
    const changed = new Set(
      before.filter(({ cell }, index) => JSON.stringify(cell) !== JSON.stringify(after[index]?.cell)),
    );
    const naming = new Set(before.filter(({ cell }) => cell.runs.includes(record.id)));
    expect(naming.size).toBeGreaterThan(0);
    expect([...changed].filter((each) => !naming.has(each)).map(({ key }) => key)).toEqual([]);
    expect([...naming].filter((each) => !changed.has(each) && canChange(each)).map(({ key }) => key)).toEqual([]);
  }
});

/** A gap stays one, what was not chosen, or is not trained, has no other value, and a seed says which run it is. */
function canChange({ key, cell }: { readonly key: string; readonly cell: Cell }): boolean {
  return (
    cell.reason === null && cell.text !== 'none' && cell.text !== '' && cell.value !== 0 && !key.endsWith(' seeds')
  );
}

/** Every figure at another value, and every setting but what says which run it is. */
function mutated(record: RunRecord): RunRecord {
  if (record.status !== 'completed') throw new Error(`${record.id} is not completed`);
  const { config } = record;
  const { trainable, trainableCumulative, stored, total } = record.params;
  const changed = changedIn(record) as typeof record;
  const { training, task, method } = changed.config;
  return {
    ...record,
    ...{ memory: changed.memory, time: changed.time, trained: changed.trained, losses: changed.losses },
    params: {
      ...record.params,
      // What is not trained stays so; the number of boosters does not.
      ...{
        trainable: 7 * trainable,
        trainableCumulative: 49 * trainableCumulative,
        stored: 7 * stored,
        total: 7 * total,
      },
    },
    metrics: { ...record.metrics, all: changed.metrics.all },
    dataset: { ...record.dataset, train: changed.dataset.train },
    config: {
      ...{ purpose: config.purpose, model: config.model, seed: config.seed, training },
      task: { ...task, id: config.task.id },
      method: { ...method, label: config.method.label, name: config.method.name },
    },
  };
}

function changedIn(value: unknown): unknown {
  if (typeof value === 'number') return 2 * value + 1;
  if (typeof value === 'string') return `${value}+`;
  if (typeof value === 'boolean') return !value;
  if (Array.isArray(value)) return value.map(changedIn);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, changedIn(member)]));
}
