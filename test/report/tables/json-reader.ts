// Tables as a program reads them from JSON.
import type { Cell, Table } from '../../../harness/report/tables/table.ts';

interface Told {
  readonly tables: readonly (Omit<Table, 'rows'> & { readonly rows: readonly (readonly ToldCell[])[] })[];
  readonly sources: readonly Pick<Cell, 'runs' | 'command'>[];
}

interface ToldCell extends Pick<Cell, 'text' | 'value'>, Partial<Pick<Cell, 'low' | 'high' | 'reason' | 'best'>> {
  readonly letters?: string;
  readonly source?: number;
}

export function readTables(text: string): Table[] {
  const { tables, sources }: Told = JSON.parse(text);
  const whole = ({ source, ...cell }: ToldCell): Cell => ({
    ...{ low: null, high: null, reason: null, best: false, runs: [], command: null },
    ...(source !== undefined && sources[source]),
    ...cell,
  });
  return tables.map((table) => ({ ...table, rows: table.rows.map((row) => row.map(whole)) }));
}
