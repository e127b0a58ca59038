// JSON objects from files and strings, with one-line errors that say where and what.
import { InputError } from '../contracts/input-error.ts';
import { readText } from './text.ts';
import { parseJson } from './written-json.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws InputError where the file is missing, is no JSON, or holds something other than an object */
export function readJsonObject(path: string): JsonObject {
  return parseJsonObject(readText(path), path);
}

/** @param where names the source in errors: a file, or a file and its part */
export function parseJsonObject(text: string, where: string): JsonObject {
  const value = parseJson(text, where);
  if (!isJsonObject(value)) throw new InputError(`${where}: holds ${quoted(value)}, expected a JSON object`);
  return value;
}

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as an error message shows it: JSON, cut to 60 characters. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
