// Tables as CSV: figures without rounding, and beside them the ends of their spread and why they are missing, where a table
// has these. Tables of one name are one file, those of several models together.
import { stringify } from 'csv-stringify/sync';
import { NONE } from './cells.ts';
import type { Cell, Table } from './table.ts';

type Value = string | number | null;

/** The text of each file, by the tables' name. */
export function csvFiles(tables: readonly Table[]): Map<string, string> {
  const byName = new Map<string, Table[]>();
  for (const table of tables) byName.set(table.name, [...(byName.get(table.name) ?? []), table]);
  return new Map([...byName].map(([name, own]) => [name, csvText(own)]));
}

/** @param tables of one name, whose columns may differ: a line has nothing in a column of another table */
function csvText(tables: readonly Table[]): string {
  const ofModels = tables.some(({ model }) => model !== undefined);
  const read = tables.map((table) => ({ table, fields: fieldsOf(table, ofModels ? [MODEL] : []) }));
  const names = [...new Set(read.flatMap(({ fields }) => fields.map(({ name }) => name)))];
  const lines = read.flatMap(({ table, fields }) => {
    const byName = new Map(fields.map((field) => [field.name, field]));
    const model = ofModels ? [table.model ?? ''] : [];
    return table.rows.map((row): Value[] => [...model, ...names.map((name) => byName.get(name)?.read(row) ?? null)]);
  });
  return stringify([[...(ofModels ? [MODEL] : []), ...names], ...lines].map((line) => line.map(asText)));
}

const MODEL = 'model';

/** A spreadsheet would calculate a text that begins so; numbers stay what they are. */
function asText(value: Value): Value {
  return typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
}

interface Field {
  readonly name: string;
  read(row: readonly Cell[]): Value;
}

/** A column's own, and one for each of spread and reason that any of its cells has. @param taken names of other columns */
function fieldsOf({ columns, rows }: Table, taken: readonly string[]): Field[] {
  const used = new Set(taken);
  return columns.flatMap((column, at) => {
    const cells = rows.flatMap((row) => row[at] ?? []);
    const { low, high } = column.ends ?? { low: `${column.key}_low`, high: `${column.key}_high` };
    const field = (name: string, of: (cell: Cell) => Value): Field => ({
      name: unusedName(name, used),
      read(row) {
        const cell = row[at];
        return cell === undefined ? null : of(cell);
      },
    });
    const hasEnds = cells.some(({ low, high }) => low !== null || high !== null);
    const isEndsAlone = hasEnds && cells.every((cell) => ownValue(cell) === null);
    return [
      // An interval whose middle is in another column has its ends alone.
      ...(isEndsAlone ? [] : [field(column.key, ownValue)]),
      ...(cells.some((cell) => cell.low !== null) ? [field(low, (cell) => cell.low)] : []),
      ...(cells.some((cell) => cell.high !== null) ? [field(high, (cell) => cell.high)] : []),
      ...(cells.some(({ reason }) => reason !== null) ? [field(`${column.key}_reason`, ({ reason }) => reason)] : []),
    ];
  });
}

/** Methods name columns, and one may be called as another column is. */
function unusedName(name: string, used: Set<string>): string {
  let free = name;
  for (let count = 2; used.has(free); count++) free = `${name} (${count})`;
  used.add(free);
  return free;
}

/** The figure, or the words; nothing where it is missing, or there are ends alone. */
function ownValue({ value, text, low, high, reason }: Cell): Value {
  if (value !== null) return value;
  return text === NONE || reason !== null || low !== null || high !== null ? null : text;
}
