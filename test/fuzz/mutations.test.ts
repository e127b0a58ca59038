// The damage itself: what each kind does to a file, and that the process of readers tells of every broken promise.
import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { editBytes } from './byte-edits.ts';
import { editJson, type JsonEdit } from './json-edits.ts';
import { mutate, mutationOf, SAFETENSORS_HEADER } from './mutations.ts';
import { outcomeOf } from './outcome.ts';
import { fixtures, seedOf } from './seeds.ts';

const bytes = Buffer.from('abcdef');

test.each([
  [{ kind: 'flip', at: 7, bit: 0 }, 'accdef'],
  [{ kind: 'write', at: 4, hex: '787878' }, 'abcdxx'],
  [{ kind: 'insert', at: 2, hex: '2d', times: 3 }, 'ab---cdef'],
  [{ kind: 'remove', at: 1, length: 2 }, 'adef'],
  [{ kind: 'repeat', at: 1, length: 2, times: 2 }, 'abcbcbcdef'],
  [{ kind: 'cut', at: 2 }, 'ab'],
] as const)('%j', (edit, expected) => {
  expect(editBytes(bytes, edit).toString()).toBe(expected);
});

const json = '{"a":[1,2],"b":"c"}';
const first = [0, 0];

test.each<[JsonEdit, string]>([
  [{ node: first, change: { kind: 'put', text: 'NaN' } }, '{"a":[NaN,2],"b":"c"}'],
  [{ node: [1], change: { kind: 'long', of: 'text', length: 3 } }, '{"a":[1,2],"b":"aaa"}'],
  [{ node: [1], change: { kind: 'deep', of: 'lists', depth: 2 } }, '{"a":[1,2],"b":[[]]}'],
  [{ node: [1], change: { kind: 'copy', from: [0] } }, '{"a":[1,2],"b":[1,2]}'],
  [{ node: [0], change: { kind: 'drop' } }, '{"b":"c"}'],
  [{ node: first, change: { kind: 'repeat', times: 3 } }, '{"a":[1,1,1,2],"b":"c"}'],
  [{ node: [1], change: { kind: 'twice', text: '0' } }, '{"a":[1,2],"b":"c","b":0}'],
  [{ node: [1], change: { kind: 'rename', key: '__proto__' } }, '{"a":[1,2],"__proto__":"c"}'],
  [{ node: [], change: { kind: 'put', text: 'true' } }, 'true'],
])('%j', (edit, expected) => {
  expect(editJson(json, edit)).toBe(expected);
});

it('gives the same damaged file for the same seed, and nearly always another than the file', () => {
  const files = fixtures('safetensors', ['single.safetensors']);
  const drawn = fc.sample(mutationOf(files), { seed: 3, numRuns: 50 });
  const damaged = drawn.map((mutation) => mutate(files[mutation.file] ?? seedOf('', bytes), mutation));
  expect(fc.sample(mutationOf(files), { seed: 3, numRuns: 50 })).toEqual(drawn);
  const original = files['single.safetensors']?.bytes ?? bytes;
  expect(damaged.filter((each) => each.equals(original)).length).toBeLessThan(5);
});

it('writes a changed safetensors header with its length', () => {
  const file = fixtures('safetensors', ['single.safetensors'])['single.safetensors']?.bytes ?? bytes;
  const changed = SAFETENSORS_HEADER.put(file, '{}');
  expect(changed.readBigUInt64LE(0)).toBe(2n);
  expect(changed.subarray(10).equals(file.subarray(8 + Number(file.readBigUInt64LE(0))))).toBe(true);
});

test.each([
  ['is a refusal', new InputError('/a/b.json: not JSON'), { kind: 'refused' }],
  ['names no file', new InputError('not JSON'), { broken: 'message' }],
  ['is a defect', new TypeError('x is not a function'), { broken: 'error' }],
  ['is no error', 'text', { broken: 'error' }],
])('what is thrown %s', (_, thrown, expected) => {
  expect(outcomeOf(thrown, '/a')).toMatchObject(expected);
});
