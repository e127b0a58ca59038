// Tables for programs: a line a run or a row, and a column for all that is known of it.
import { words } from './cells.ts';
import type { Cell, Column, Table } from './table.ts';

export type Cells = Readonly<Record<string, Cell>>;

/** @param rows cells by key; one that a row has not is empty */
export function dataTable(
  name: string,
  title: string,
  caption: string,
  columns: readonly Column[],
  rows: readonly Cells[],
): Table {
  const cells = rows.map((row) => columns.map(({ key }) => row[key] ?? words('')));
  return { name, title, caption, columns, rows: cells, notes: [], data: true };
}
