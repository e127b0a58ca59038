// Tab-separated text as GLUE publishes it. Nothing is quoted or escaped, so a quotation mark is a character like any other
// and a line is split at its tabs; a CSV parser would do the same at a twentieth of the speed, which MNLI would feel.
import { InputError } from '../contracts/input-error.ts';
import { describe } from './json.ts';
import { textBytes } from './text.ts';

/** The columns wanted: by the names in the first line, or, in a file without a header, by position from 0. */
export type TsvColumns =
  | { readonly header: readonly string[] }
  | { readonly positions: readonly number[]; readonly widths: readonly number[] };

export interface TsvRow {
  /** Line in the file, from 1. */
  readonly line: number;
  /** The wanted columns, in the order asked for. */
  readonly values: readonly string[];
}

/**
 * Rows of a tab-separated file: UTF-8, with or without byte order mark, lines ended by LF, CRLF or CR; empty lines are
 * passed over. A row must have as many columns as the header, or one of `widths`; `shortRows: 'skip'` passes over rows
 * with fewer.
 *
 * @throws InputError naming file and line
 */
export function readTsv(
  bytes: Buffer,
  path: string,
  columns: TsvColumns,
  shortRows: 'refuse' | 'skip' = 'refuse',
): TsvRow[] {
  const lines = linesOf(textBytes(bytes, path));
  const { positions, widths } = 'header' in columns ? fromHeader(lines.next().value, path, columns.header) : columns;
  const narrowest = Math.min(...widths);
  const rows: TsvRow[] = [];
  for (const { line, text } of lines) {
    const fields = text.split('\t');
    if (fields.length < narrowest && shortRows === 'skip') continue;
    if (!widths.includes(fields.length)) {
      throw new InputError(`${path}:${line}: ${fields.length} tab-separated columns, expected ${widths.join(' or ')}`);
    }
    rows.push({ line, values: positions.map((position) => fields[position] ?? '') });
  }
  if (rows.length === 0) throw new InputError(`${path}: no rows`);
  return rows;
}

interface Line {
  readonly line: number;
  readonly text: string;
}

function* linesOf(bytes: Buffer): Generator<Line, undefined> {
  let line = 0;
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf('\n', start);
    const stop = end === -1 ? bytes.length : end;
    const crlf = bytes[stop - 1] === 13;
    for (const text of bytes.toString('utf8', start, crlf ? stop - 1 : stop).split('\r')) {
      line++;
      if (text !== '') yield { line, text };
    }
    start = stop + 1;
  }
  return undefined;
}

function fromHeader(
  first: Line | undefined,
  path: string,
  wanted: readonly string[],
): { positions: readonly number[]; widths: readonly number[] } {
  const header = first?.text.split('\t') ?? [];
  const positions = wanted.map((name) => {
    const position = header.indexOf(name);
    if (position === -1) {
      const found = header.map(describe).join(', ');
      throw new InputError(`${path}:${first?.line ?? 1}: no column "${name}" in the header, which has ${found}`);
    }
    return position;
  });
  return { positions, widths: [header.length] };
}
