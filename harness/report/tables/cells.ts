// Cells made from figures and words, with what they are made from, and how figures are rounded for readers.
import { thousands } from '../../contracts/words.ts';
import type { Figure } from '../../stats/summary.ts';
import type { Cell, Column } from './table.ts';

/** The records that a cell is made from, and the command that makes them: see {@link Cell}. */
export interface Source {
  readonly runs: readonly string[];
  readonly command: string | null;
}

export const NO_SOURCE: Source = { runs: [], command: null };

/** Where there is no figure. */
export const NONE = '—';

export function words(text: string, { runs, command }: Source = NO_SOURCE): Cell {
  return { text, value: null, low: null, high: null, reason: null, runs, command, best: false };
}

type Ends = Pick<Cell, 'low' | 'high'>;

/** @param show a figure as readers see it */
export function figureCell(
  { value, reason }: Figure,
  source: Source,
  show: (value: number) => string,
  { low, high }: Ends = { low: null, high: null },
): Cell {
  return { ...words(value === null ? NONE : show(value), source), value, low, high, reason };
}

/** Of a number that needs no reason where it is not there. */
export function numberCell(value: number | null, source: Source, show: (value: number) => string = String): Cell {
  return { ...words(value === null ? '' : show(value), source), value };
}

export const decimals =
  (digits: number) =>
  (value: number): string =>
    value.toFixed(digits);

/** `1,725` */
export const count = (value: number): string => thousands(value);

/** Of a share: `1.461 %` */
export const percent = (value: number): string => `${(100 * value).toFixed(3)} %`;

/** `0.071 to 0.090`; nothing where there is no interval. */
export function rangeText(interval: { readonly low: number; readonly high: number } | null, digits: number): string {
  return interval === null ? '' : `${interval.low.toFixed(digits)} to ${interval.high.toFixed(digits)}`;
}

export const left = (key: string, title = key): Column => ({ key, title, align: 'left' });
export const right = (key: string, title = key): Column => ({ key, title, align: 'right' });
export const detail = (key: string, title = key): Column => ({ key, title, align: 'right', detail: true });
