// JSON files with errors that name file, line and column.
import { InputError } from '../contracts/input-error.ts';
import { textBytes } from './text.ts';
import { parseJson } from './written-json.ts';

/**
 * The array that a JSON file holds.
 *
 * @throws InputError where the file is empty, is not JSON, or holds anything but an array
 */
export function readJsonArray(bytes: Buffer, path: string): readonly unknown[] {
  const text = textBytes(bytes, path).toString('utf8');
  const value = parseJson(text, path);
  if (!Array.isArray(value)) throw new InputError(`${path}: holds ${describe(value)}, expected an array of rows`);
  return value;
}

/** A JSON value in few words, for error messages. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object') return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
