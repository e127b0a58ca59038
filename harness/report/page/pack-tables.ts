// What a page's cells open to: unrounded figures, reasons of gaps, runs and commands, each list once.
import type { Cell, Table } from '../tables/table.ts';
import { madeAgain, typed } from './commands.ts';
import type { PackedCell, PackedTable } from './payload.ts';
import type { Pool } from './pool.ts';
import { rounded } from './rounded.ts';

const DIGITS = 9;

export interface Pools {
  readonly reasons: Pool<string>;
  /** Places of records. */
  readonly runLists: Pool<readonly number[]>;
  readonly commands: Pool<string>;
}

/**
 * @param path of the study, as commands name it
 * @param placeOf of the record with an id; undefined where the page has none
 */
export function packTable(
  { title, rows }: Table,
  pools: Pools,
  path: string,
  placeOf: (id: string) => number | undefined,
): PackedTable {
  return { title, rows: rows.map((row) => row.map((cell) => packCell(cell, pools, path, placeOf))) };
}

function packCell(
  { value, low, high, reason, runs, command }: Cell,
  pools: Pools,
  path: string,
  placeOf: (id: string) => number | undefined,
): PackedCell {
  const number = (figure: number | null) => (figure === null ? null : rounded(figure, DIGITS));
  const places = runs.flatMap((id) => placeOf(id) ?? []);
  const cell = [
    number(value),
    number(low),
    number(high),
    reason === null ? null : pools.reasons.placeOf(reason),
    places.length === 0 ? null : pools.runLists.placeOf(places),
    command === null ? null : pools.commands.placeOf(typed(runs.length === 0 ? command : madeAgain(path, command))),
  ];
  const length = cell.findLastIndex((part) => part !== null) + 1;
  return cell.slice(0, length);
}
