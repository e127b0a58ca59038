// Footnotes of a table: a finding stands once where it bites, at the cell, at the row of which it concerns every cell, or
// below the table of which it concerns every row.
import type { Cell, Table } from '../tables/table.ts';

export interface Marks {
  /** Places of findings. */
  readonly table: readonly number[];
  /** A list a row. */
  readonly rows: readonly (readonly number[])[];
  /** A list a cell. */
  readonly cells: readonly (readonly (readonly number[])[])[];
}

/** @param findingsOf of the record with an id */
export function marksOf({ rows }: Table, findingsOf: (id: string) => readonly number[]): Marks {
  const found = rows.map((row) => row.map((cell) => ofCell(cell, findingsOf)));
  const all = common(found.flat());
  const ofRows = found.map((row) => common(row));
  return {
    table: all,
    rows: ofRows.map((row) => without(row, all)),
    cells: found.map((row, index) => row.map((cell) => without(cell ?? [], [...all, ...(ofRows[index] ?? [])]))),
  };
}

/** Null of a cell that no run feeds. */
function ofCell({ runs }: Cell, findingsOf: (id: string) => readonly number[]): readonly number[] | null {
  if (runs.length === 0) return null;
  return [...new Set(runs.flatMap(findingsOf))].sort((a, b) => a - b);
}

/** What all cells that runs feed have. */
function common(cells: readonly (readonly number[] | null)[]): number[] {
  const [first, ...others] = cells.flatMap((cell) => (cell === null ? [] : [cell]));
  return (first ?? []).filter((finding) => others.every((cell) => cell.includes(finding)));
}

function without(found: readonly number[], known: readonly number[]): number[] {
  return found.filter((finding) => !known.includes(finding));
}
