// The tables that a page shows: without those, and the columns, that are for programs alone.
import { type Cell, shownColumns, shownText, type Table } from '../tables/table.ts';

export function tablesForReaders(tables: readonly Table[]): Table[] {
  return tables.filter(({ data }) => data !== true).map(forReaders);
}

function forReaders(table: Table): Table {
  const shown = shownColumns(table);
  const rows = table.rows.map((row) =>
    shown.flatMap(({ at }): Cell[] => {
      const cell = row[at];
      return cell === undefined ? [] : [{ ...cell, text: shownText(cell) }];
    }),
  );
  return { ...table, columns: shown.map(({ column }) => column), rows };
}
