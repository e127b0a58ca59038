// Fixtures are written by the Python package (scripts/fixtures/weights.py), broken files by the tests.
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { openSafetensors } from '../../harness/formats/safetensors.ts';
import { errorOf } from './error-of.ts';

const fixtures = join(import.meta.dirname, '../fixtures/safetensors');
const expected: Record<string, { shape: number[]; values: number[] }> = JSON.parse(
  readFileSync(join(fixtures, 'values.json'), 'utf8'),
);
const folder = mkdtempSync(join(tmpdir(), 'peftbench-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A file of the given header, as text or object, and `dataBytes` of data. */
function file(header: unknown, data: Uint8Array = new Uint8Array(0), headerBytes?: bigint): string {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(headerBytes ?? BigInt(text.length));
  const path = join(folder, 'broken.safetensors');
  writeFileSync(path, Buffer.concat([length, text, data]));
  return path;
}

test('F32, F16 and BF16, scalars and empty tensors, as written by the Python package', async () => {
  const weights = openSafetensors(join(fixtures, 'single.safetensors'));
  expect([...weights.names].sort()).toEqual([...Object.keys(expected), 'positions'].sort());
  for (const [name, { shape, values }] of Object.entries(expected)) {
    expect(weights.shape(name)).toEqual(shape);
    expect([...weights.read(name)]).toEqual(values);
  }
});

test('a tensor of many pieces: each of 1,600,000 values comes where it belongs', () => {
  const count = 1_600_000;
  // Bit patterns of small whole numbers, exact in bfloat16: 0 to 255.
  const whole = Float32Array.from({ length: count }, (_, i) => (i * 31) % 256);
  const upper = new Uint16Array(whole.buffer).filter((_, i) => i % 2 === 1);
  const header = { bf16: f32([count], [0, 2 * count], 'BF16'), f32: f32([count], [2 * count, 6 * count]) };
  const data = Buffer.concat([Buffer.from(upper.buffer), Buffer.from(whole.buffer)]);
  const weights = openSafetensors(file(header, data));
  for (const name of weights.names)
    expect(Buffer.from(weights.read(name).buffer).equals(Buffer.from(whole.buffer))).toBe(true);
});

test('a sharded checkpoint reads like a single one', async () => {
  const weights = openSafetensors(join(fixtures, 'model.safetensors.index.json'));
  expect([...weights.names].sort()).toEqual(['bf16', 'f16', 'f32', 'scalar']);
  for (const name of weights.names) expect([...weights.read(name)]).toEqual(expected[name]?.values);
  expect(weights.files.map((path) => path.slice(fixtures.length + 1))).toEqual([
    'model.safetensors.index.json',
    'model-00001-of-00002.safetensors',
    'model-00002-of-00002.safetensors',
  ]);
});

test('a tensor of several names lies in the file once; the others are in the metadata', async () => {
  // What safetensors' save_model writes of a causal language model whose output map is its table of embeddings.
  const header = {
    __metadata__: { format: 'pt', 'model.embed_tokens.weight': 'lm_head.weight', 'absent.weight': 'nowhere' },
    'lm_head.weight': f32([2, 1], [0, 8]),
    'model.norm.weight': f32([1], [8, 12]),
  };
  const data = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
  const names = ['lm_head.weight', 'model.norm.weight', 'model.embed_tokens.weight'];
  const expectNames = (weights: ReturnType<typeof openSafetensors>) => {
    expect(weights.names).toEqual(names);
    expect(weights.shape('model.embed_tokens.weight')).toEqual([2, 1]);
    expect([...weights.read('model.embed_tokens.weight')]).toEqual([1, 2]);
    expect([...weights.read('lm_head.weight')]).toEqual([1, 2]);
  };
  expectNames(openSafetensors(file(header, data)));
  // huggingface_hub writes the same of a model in shards into the index.
  const { __metadata__: metadata, ...tensors } = header;
  file(tensors, data);
  const weightMap = Object.fromEntries(Object.keys(tensors).map((name) => [name, 'broken.safetensors']));
  const path = join(folder, 'shared.index.json');
  writeFileSync(path, JSON.stringify({ metadata, weight_map: weightMap }));
  expectNames(openSafetensors(path));
});

test('a name in the metadata that the file has a tensor for is that tensor', () => {
  const header = { __metadata__: { a: 'b' }, a: f32([1], [0, 4]), b: f32([1], [4, 8]) };
  const weights = openSafetensors(file(header, new Uint8Array(Float32Array.of(1, 2).buffer)));
  expect([...weights.read('a')]).toEqual([1]);
});

test('an integer tensor has a shape, but is no weight', async () => {
  const weights = openSafetensors(join(fixtures, 'single.safetensors'));
  expect(weights.shape('positions')).toEqual([4]);
  expect(await errorOf(() => weights.read('positions'))).toMatch(
    /'positions' is of dtype I64, expected F32, F16 or BF16/,
  );
  expect(await errorOf(() => weights.read('absent'))).toMatch(
    /single\.safetensors: no tensor 'absent'; it has 6 tensors/,
  );
});

test('a file cut off anywhere is an input error that names it', async () => {
  const whole = readFileSync(join(fixtures, 'single.safetensors'));
  const path = join(folder, 'cut.safetensors');
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 1 }), async (length) => {
      writeFileSync(path, whole.subarray(0, length));
      expect(await errorOf(() => openSafetensors(path))).toContain(`${path}: `);
    }),
  );
  writeFileSync(path, whole.subarray(0, -1));
  expect(await errorOf(() => openSafetensors(path))).toBe(
    `${path}: has ${whole.length - 1} bytes, expected ${whole.length} by its header; the file is cut off`,
  );
});

const f32 = (shape: unknown, data_offsets: unknown, dtype = 'F32') => ({ dtype, shape, data_offsets });

test.each([
  [
    'a header longer than the file',
    () => file('{}', new Uint8Array(0), 1n << 62n),
    /announces a header of 4611686018427387904 bytes/,
  ],
  ['no JSON', () => file('{"a":'), /header:1:6: not JSON: found the end, expected a value/],
  ['no object', () => file('[1]'), /holds \[1\], expected a JSON object/],
  [
    'an unknown dtype',
    () => file({ a: f32([1], [0, 4], 'F31') }, new Uint8Array(4)),
    /'a' has dtype "F31", expected one of BOOL/,
  ],
  ['a negative extent', () => file({ a: f32([-1], [0, 4]) }, new Uint8Array(4)), /'a' has shape \[-1\]/],
  ['a fraction', () => file({ a: f32([1.5], [0, 6]) }, new Uint8Array(6)), /'a' has shape \[1.5\]/],
  ['no offsets', () => file({ a: f32([1], [4]) }, new Uint8Array(4)), /'a' has data_offsets \[4\]/],
  [
    'a size that the shape denies',
    () => file({ a: f32([2], [0, 4]) }, new Uint8Array(4)),
    /4 bytes; expected 8 for F32 \[2\]/,
  ],
  [
    'an overlap',
    () => file({ a: f32([2], [0, 8]), b: f32([1], [4, 8]) }, new Uint8Array(8)),
    /'b' begins at byte \d+, expected \d+/,
  ],
  ['a hole', () => file({ a: f32([1], [0, 4]), b: f32([1], [8, 12]) }, new Uint8Array(12)), /'b' begins at byte/],
  [
    'bytes left over',
    () => file({ a: f32([1], [0, 4]) }, new Uint8Array(5)),
    /has \d+ bytes, expected \d+ by its header/,
  ],
  ['a tensor that is no object', () => file({ a: 3 }), /'a' is described by 3, expected an object/],
])('%s is an input error', async (_, make, message) => {
  expect(await errorOf(() => openSafetensors(make()))).toMatch(message);
});

test('a weight that is not finite is an input error that names tensor and index', async () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const path = file({ w: f32([3], [0, 12]) }, new Uint8Array(Float32Array.of(1, 2, value).buffer));
    expect(await errorOf(() => openSafetensors(path).read('w'))).toBe(
      `${path}: tensor 'w' holds ${value} at index 2, expected finite weights`,
    );
  }
});

test('an index must name existing files beside it, which hold what it says', async () => {
  const path = join(folder, 'x.index.json');
  const open = (map: unknown) => {
    writeFileSync(path, JSON.stringify({ weight_map: map }));
    return errorOf(() => openSafetensors(path));
  };
  expect(await open({ a: '../a.safetensors' })).toMatch(
    /weight_map\['a'\] is "..\/a.safetensors", expected a .safetensors file/,
  );
  expect(await open({ a: 'absent.safetensors' })).toMatch(/absent\.safetensors: cannot be opened \(ENOENT\)/);
  expect(await open([])).toMatch(/weight_map is \[\]/);
  file({ b: f32([1], [0, 4]) }, new Uint8Array(4));
  expect(await open({ a: 'broken.safetensors' })).toMatch(/broken\.safetensors: no tensor 'a'/);
  expect(await errorOf(() => openSafetensors(folder))).toMatch(/not a regular file|is a folder/);
});

test('a byte order mark in an index is read over', () => {
  const index = 'model.safetensors.index.json';
  const shards = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
  for (const shard of shards) copyFileSync(join(fixtures, shard), join(folder, shard));
  writeFileSync(join(folder, index), `\ufeff${readFileSync(join(fixtures, index), 'utf8')}`);
  expect(openSafetensors(join(folder, index)).names).toEqual(openSafetensors(join(fixtures, index)).names);
});
