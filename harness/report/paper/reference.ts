// reference.json beside study.json: published figures where a user has them, and how a filled cell stands to them.
import Type, { type Static } from 'typebox';
import { Faults, InputError } from '../../contracts/input-error.ts';
import { check, shown, unknownName } from '../../contracts/validate.ts';
import { signed } from '../../contracts/words.ts';
import type { Cell } from '../tables/table.ts';
import { FORMATTED } from './formats.ts';
import type { PaperRow } from './rows.ts';
import type { Format, Template } from './schema.ts';

const closed = { additionalProperties: false };

const ReferenceCellSchema = Type.Object(
  {
    template: Type.String({ description: 'the name of a table: table-2' }),
    row: Type.Object(
      {
        method: Type.String({ description: 'its label, or the own name of its method where one row has it' }),
        model: Type.Optional(Type.String({ description: 'where the study has several' })),
        task: Type.Optional(Type.String({ description: 'where the table has a row for each' })),
        at: Type.Optional(Type.Number({ description: 'the value of the swept option' })),
      },
      { ...closed, description: 'the row of the table' },
    ),
    column: Type.String({ description: 'its key' }),
    value: Type.Number({ description: 'in the units of records: a score between 0 and 1, bytes, seconds' }),
    source: Type.String({ minLength: 1, description: 'where it is published' }),
    tolerance: Type.Number({ minimum: 0, description: 'the largest difference that does not matter' }),
  },
  closed,
);
export type ReferenceCell = Static<typeof ReferenceCellSchema>;

export const ReferenceSchema = Type.Object(
  {
    cells: Type.Array(ReferenceCellSchema, {
      minItems: 1,
      maxItems: 10_000,
      description: 'published figures, each of one cell of a table',
    }),
  },
  closed,
);

export interface References {
  readonly file: string;
  readonly cells: readonly ReferenceCell[];
}

export const REFERENCE_FILE = 'reference.json';

/**
 * @param templates of the study's report
 * @throws InputError for what does not fit the schema, and for a template that is none of these tables
 */
export function parseReferences(value: unknown, file: string, templates: readonly Template[]): References {
  const { cells } = check(ReferenceSchema, value, { file });
  const tables = templates.filter(({ kind }) => kind === 'table').map(({ name }) => name);
  const faults = new Faults();
  for (const [index, { template }] of cells.entries()) {
    if (tables.includes(template)) continue;
    faults.add(unknownName(`${file}: cells[${index}].template`, "table of the study's report", template, tables));
  }
  faults.throw();
  return { file, cells };
}

/** A published figure at the cell that it is of. */
export interface PlacedReference extends ReferenceCell {
  /** Of the table's rows and columns. */
  readonly at: { readonly row: PaperRow; readonly column: string };
}

/** Those of a table. @throws InputError for one that is of no cell, or of several */
export function placeReferences(
  { file, cells }: References,
  template: string,
  rows: readonly PaperRow[],
  columns: readonly string[],
): PlacedReference[] {
  const faults = new Faults();
  const placed = cells.flatMap((cell, index): PlacedReference[] => {
    if (cell.template !== template) return [];
    const at = `${file}: cells[${index}]`;
    const [row, ...others] = rows.filter((each) => isMeant(each, cell.row, rows));
    if (!columns.includes(cell.column)) {
      faults.add(unknownName(`${at}.column`, `column of ${template} with figures`, cell.column, columns));
    } else if (row === undefined || others.length > 0) {
      const found = row === undefined ? 'no row' : `${1 + others.length} rows`;
      const names = [...new Set(rows.map(({ label }) => label))].join(', ');
      faults.add(new InputError(`${at}.row: ${shown(cell.row)} is ${found} of ${template}; expected one, of ${names}`));
    } else return [{ ...cell, at: { row, column: cell.column } }];
    return [];
  });
  faults.throw();
  return placed;
}

function isMeant(row: PaperRow, wanted: ReferenceCell['row'], rows: readonly PaperRow[]): boolean {
  const isNamed = rows.some(({ label }) => label === wanted.method);
  return (
    (isNamed ? row.label : row.method) === wanted.method &&
    (wanted.model === undefined || wanted.model === row.model) &&
    (wanted.task === undefined || wanted.task === row.task) &&
    (wanted.at === undefined || wanted.at === row.at)
  );
}

/** The cell with what is published beside it: the difference, and whether the tolerance and the interval hold it. */
export function comparedCell(cell: Cell, { value, tolerance }: ReferenceCell, format: Format): Cell {
  const write = FORMATTED[format];
  if (cell.value === null) return { ...cell, text: `${cell.text} (published ${write(value)})` };
  const difference = cell.value - value;
  const isNear = Math.abs(difference) <= tolerance + ROUNDING * Math.max(1, Math.abs(value));
  const parts = [
    `published ${write(value)}: ${signed(difference, write)}`,
    `${isNear ? 'within' : 'beyond'} ${write(tolerance)}`,
    intervalText(cell, value),
  ];
  return { ...cell, text: `${cell.text} (${parts.join(', ')})` };
}

/** Of a difference such as 0.7 less 0.69. */
const ROUNDING = 1e-12;

function intervalText({ low, high }: Cell, value: number): string {
  if (low === null || high === null) return 'no interval';
  return low <= value && value <= high ? 'within the interval' : 'beyond the interval';
}
