// Which row of one study's results is which of another's: by model, label and task, and what is left by what its method is.
import { isDeepStrictEqual } from 'node:util';
import { isCompleted } from '../records/is-completed.ts';
import type { CompletedRecord, RunRecord } from '../records/schema.ts';
import type { Row } from './aggregate.ts';

/** A row with its completed final runs, of which there is one at least. */
export interface SideRow {
  readonly row: Row;
  readonly completed: readonly [CompletedRecord, ...CompletedRecord[]];
}

export interface MatchedRow {
  readonly first: SideRow;
  readonly second: SideRow;
}

export interface MatchedRows {
  /** In the order of the first. */
  readonly matched: readonly MatchedRow[];
  readonly onlyFirst: readonly SideRow[];
  readonly onlySecond: readonly SideRow[];
}

interface Results {
  readonly records: readonly RunRecord[];
  readonly rows: readonly Row[];
}

/** Models are the same by name or by weights. Rows without a completed run are in none of the lists. */
export function matchRows(first: Results, second: Results): MatchedRows {
  const [own, others] = [rowsOf(first), rowsOf(second)];
  const taken = new Map<SideRow, SideRow>();
  const free = () => others.filter((other) => ![...taken.values()].includes(other));
  const onSameTask = (row: SideRow) =>
    free().filter((other) => other.row.task === row.row.task && haveSameModel(row, other));
  for (const row of own) {
    const other = onSameTask(row).find((each) => each.row.label === row.row.label);
    if (other !== undefined) taken.set(row, other);
  }
  for (const row of own.filter((each) => !taken.has(each))) {
    const [only, ...more] = onSameTask(row).filter((other) => haveSameMethod(row, other));
    const rivals = own.filter((each) => each !== row && !taken.has(each) && only !== undefined && isMatch(each, only));
    if (only !== undefined && more.length === 0 && rivals.length === 0) taken.set(row, only);
  }
  return {
    matched: own.flatMap((row) => {
      const other = taken.get(row);
      return other === undefined ? [] : [{ first: row, second: other }];
    }),
    onlyFirst: own.filter((row) => !taken.has(row)),
    onlySecond: free(),
  };
}

function rowsOf({ rows, records }: Results): SideRow[] {
  const finals = records.filter(isCompleted).filter(({ config }) => config.purpose === 'final');
  return rows.flatMap((row) => {
    const [one, ...more] = finals.filter(
      ({ config: { model, method, task } }) =>
        model === row.model && method.label === row.label && task.id === row.task,
    );
    return one === undefined ? [] : [{ row, completed: [one, ...more] }];
  });
}

function isMatch(row: SideRow, other: SideRow): boolean {
  return row.row.task === other.row.task && haveSameModel(row, other) && haveSameMethod(row, other);
}

function haveSameModel({ row, completed: [one] }: SideRow, { row: its, completed: [other] }: SideRow): boolean {
  return row.model === its.model || one.model.sha256 === other.model.sha256;
}

/** By name and options, which a search may have chosen otherwise for each seed. */
function haveSameMethod(row: SideRow, other: SideRow): boolean {
  const methodsOf = ({ completed }: SideRow) =>
    completed.map(({ config: { method } }) => [method.name, method.options]);
  const [own, its] = [methodsOf(row), methodsOf(other)];
  const isIn = (method: unknown, all: readonly unknown[]) => all.some((each) => isDeepStrictEqual(each, method));
  return own.every((method) => isIn(method, its)) && its.every((method) => isIn(method, own));
}
