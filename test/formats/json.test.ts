// JSON arrays: errors that name file and line.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { describe as describeValue, readJsonArray } from '../../harness/formats/json.ts';

const read = (text: string) => readJsonArray(Buffer.from(text), 'data.json');

it('reads an array, with or without a byte order mark', () => {
  expect(read('[1, {"a": "b"}]')).toEqual([1, { a: 'b' }]);
  expect(read('\ufeff[]')).toEqual([]);
});

describe('refuses', () => {
  it('what is not JSON, naming the line', () => {
    expect(() => read('[\n{"a": 1},\n{"a" 2}\n]')).toThrow(/^data\.json:3:6: not JSON: found "2", expected ":"$/);
    expect(() => read('[\n{"a": 1},\n')).toThrow(/^data\.json:3:1: not JSON: found the end, expected a value$/);
  });

  it('what is not an array, and an empty file', () => {
    expect(() => read('{"a": 1}')).toThrow(new InputError('data.json: holds an object, expected an array of rows'));
    expect(() => read('"rows"')).toThrow(new InputError('data.json: holds "rows", expected an array of rows'));
    expect(() => read('')).toThrow(new InputError('data.json: the file is empty'));
  });
});

it('describes any value in few words', () => {
  expect([null, undefined, [1], { a: 1 }, 'a"b', 3n, Number.NaN].map(describeValue)).toEqual([
    'null',
    'undefined',
    'an array',
    'an object',
    '"a\\"b"',
    '3',
    'NaN',
  ]);
  expect(describeValue('x'.repeat(200))).toHaveLength(80);
});
