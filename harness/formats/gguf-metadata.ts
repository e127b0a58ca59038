// Typed look-ups in a GGUF file's metadata, with one-line errors that name file and key.
import type { MetadataValue } from '@huggingface/gguf';
import { InputError } from '../contracts/input-error.ts';
import { quoted } from './json-object.ts';

/** Each throws an InputError where the key's value is of another type, or absent and no fallback is given. */
export interface GgufMetadata {
  has(key: string): boolean;
  number(key: string, fallback?: number): number;
  string(key: string): string;
  flag(key: string, fallback: boolean): boolean;
  strings(key: string): readonly string[];
  numbers(key: string): readonly number[];
}

/** @param path names the file in errors */
export function metadataOf(metadata: ReadonlyMap<string, MetadataValue>, path: string): GgufMetadata {
  const checked = <Value>(key: string, is: (value: unknown) => value is Value, expected: string): Value => {
    const value: unknown = metadata.get(key);
    if (is(value)) return value;
    throw new InputError(`${path}: metadata key '${key}' is ${shown(value)}, expected ${expected}`);
  };
  const has = (key: string) => metadata.has(key);
  return {
    has,
    number: (key, fallback) => (fallback !== undefined && !has(key) ? fallback : checked(key, isNumber, 'a number')),
    string: (key) => checked(key, isString, 'a string'),
    flag: (key, fallback) => (has(key) ? checked(key, isFlag, 'true or false') : fallback),
    strings: (key) => checked(key, isArrayOf(isString), 'a list of strings'),
    numbers: (key) => checked(key, isArrayOf(isNumber), 'a list of numbers'),
  };
}

/** 64-bit integers have no JSON. */
function shown(value: unknown): string {
  if (typeof value === 'bigint') return String(value);
  return Array.isArray(value) ? `a list of ${value.length}` : quoted(value);
}

const isNumber = (value: unknown): value is number => typeof value === 'number';
const isString = (value: unknown): value is string => typeof value === 'string';
const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
const isArrayOf =
  <Value>(is: (value: unknown) => value is Value) =>
  (value: unknown): value is Value[] =>
    Array.isArray(value) && value.every(is);
