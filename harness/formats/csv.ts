// Comma-separated values in RFC 4180's form, without a header.
import { CsvError, parse } from 'csv-parse/sync';
import { InputError } from '../contracts/input-error.ts';
import { textBytes } from './text.ts';

export interface CsvRow {
  /** Line in the file on which the row ends, from 1: a quoted field may hold line ends. */
  readonly line: number;
  readonly values: readonly string[];
}

/**
 * Rows of a file, UTF-8 with or without byte order mark; empty lines are passed over.
 *
 * @throws InputError naming file and line where a row has not `columns` fields or its quotes are not closed
 */
export function readCsv(bytes: Buffer, path: string, columns: number): CsvRow[] {
  const rows: CsvRow[] = [];
  try {
    parse(textBytes(bytes, path), {
      relax_column_count: true,
      skip_empty_lines: true,
      on_record(values: string[], { lines }) {
        rows.push({ line: lines, values });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new InputError(`${path}:${error.lines}: ${error.message}`);
  }
  for (const { line, values } of rows) {
    if (values.length !== columns) {
      throw new InputError(`${path}:${line}: ${values.length} comma-separated columns, expected ${columns}`);
    }
  }
  if (rows.length === 0) throw new InputError(`${path}: no rows`);
  return rows;
}
