// Fixtures are written by the Python package gguf (scripts/fixtures/weights.py), broken files by the tests.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  GGMLQuantizationType,
  type GGUFTypedMetadata,
  GGUFValueType,
  gguf,
  serializeGgufMetadata,
} from '@huggingface/gguf';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { BLOCK_FORMATS, encodeQ8_0 } from '../../harness/formats/dequantize.ts';
import { openGguf } from '../../harness/formats/gguf.ts';
import { type GgufContents, writeGguf } from '../../harness/formats/gguf-write.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { errorOf } from './error-of.ts';

const fixture = join(import.meta.dirname, '../fixtures/gguf/types.gguf');
interface Golden {
  readonly shape: number[];
  /** What was quantised, and to which bytes; the Python package cannot quantise to all types. */
  readonly source?: number[];
  readonly bytes?: string;
  readonly values: number[];
}
const golden: Record<string, Golden> = JSON.parse(
  readFileSync(join(import.meta.dirname, '../fixtures/gguf/types.json'), 'utf8'),
);
const models = process.env.PEFTBENCH_TEST_MODELS;

test('every type that can be read has a fixture', () => {
  expect(Object.keys(golden).sort()).toEqual([...BLOCK_FORMATS.values()].map(({ name }) => name).sort());
});

test.each(Object.keys(golden))('%s is read as the Python package reads it, bit for bit', (type) => {
  const file = openGguf(fixture);
  expect(file.type(type)).toBe(type);
  expect(file.shape(type)).toEqual(golden[type]?.shape);
  expect([...file.read(type)]).toEqual(golden[type]?.values);
});

test('metadata of every kind', () => {
  const { metadata } = openGguf(fixture);
  expect(Object.fromEntries(metadata)).toEqual({
    'general.architecture': 'bert',
    'test.text': 'naïve 🙂',
    'test.flag': true,
    'test.negative': -7,
    'test.large': 2n ** 60n + 1n,
    'test.float': Math.fround(0.1),
    'test.strings': ['a', '', 'ß'],
    'test.numbers': [1, -2, 3],
  });
});

test('Q8_0 is written as the Python package writes it, byte for byte', () => {
  const { source, bytes } = golden.Q8_0 as Golden;
  expect(Buffer.from(encodeQ8_0(Float32Array.from(source ?? []))).toString('hex')).toBe(bytes);
});

test('a value comes back from Q8_0 within half a step of its block', () => {
  const decode = BLOCK_FORMATS.get(GGMLQuantizationType.Q8_0)?.decode;
  fc.assert(
    fc.property(
      fc.array(fc.float({ noNaN: true, min: -1000, max: 1000 }), { minLength: 64, maxLength: 64 }),
      (numbers) => {
        const values = Float32Array.from(numbers);
        const decoded = new Float32Array(64);
        decode?.(encodeQ8_0(values), decoded);
        for (let block = 0; block < 64; block += 32) {
          const largest = Math.max(...values.subarray(block, block + 32).map(Math.abs));
          // The scale is a half-precision number: off by 2^-11 of itself, or by 2^-25 where it is tiny.
          const bound = largest / 254 + largest * 2 ** -11 + 128 * 2 ** -25;
          for (let i = block; i < block + 32; i++)
            expect(Math.abs((decoded[i] as number) - (values[i] as number))).toBeLessThanOrEqual(bound * 1.0001);
        }
      },
    ),
  );
});

const contents = (seed: number): GgufContents => ({
  metadata: {
    'general.architecture': 'bert',
    'a.count': { uint32: 4_000_000_000 },
    'a.rate': { float32: 0.1 },
    'a.flag': false,
    'a.long': 'ü'.repeat(700_000),
    'a.longer': 'x'.repeat(1_300_000),
  },
  tensors: [
    {
      name: 'matrix',
      shape: [3, 64],
      type: 'Q8_0',
      data: Float32Array.from({ length: 192 }, (_, i) => Math.sin(i + seed)),
    },
    { name: 'vector', shape: [5], type: 'F32', data: Float32Array.of(1, -2.5, 1e-30, 3e38, seed) },
    { name: 'halves', shape: [3, 1, 2], type: 'F16', data: Float32Array.of(0.5, -1, 65504, 2 ** -24, 0, seed) },
  ],
});

test('what is written is read again, by us and by @huggingface/gguf', async () => {
  const path = join(temporaryFolder(), 'a.gguf');
  writeGguf(path, contents(7));
  const file = openGguf(path);
  expect(file.names).toEqual(['matrix', 'vector', 'halves']);
  expect([...file.read('vector')]).toEqual([...Float32Array.of(1, -2.5, 1e-30, 3e38, 7)]);
  expect([...file.read('halves')]).toEqual([0.5, -1, 65504, 2 ** -24, 0, 7]);
  expect(file.read('matrix')[10]).toBeCloseTo(Math.sin(17), 2);
  expect(file.metadata.get('a.count')).toBe(4_000_000_000);
  expect(file.metadata.get('a.long')).toBe('ü'.repeat(700_000));
  expect(file.metadata.get('a.longer')).toBe('x'.repeat(1_300_000));

  const theirs = await gguf(path, { allowLocalFile: true });
  expect(theirs.tensorInfos.map(({ name, shape, dtype }) => [name, shape, dtype])).toEqual([
    ['matrix', [64n, 3n], GGMLQuantizationType.Q8_0],
    ['vector', [5n], GGMLQuantizationType.F32],
    ['halves', [2n, 1n, 3n], GGMLQuantizationType.F16],
  ]);
});

test('a string keeps a U+FEFF at its beginning', () => {
  const path = join(temporaryFolder(), 'a.gguf');
  writeGguf(path, { metadata: { 'a.mark': '\ufeff', 'a.marked': '\ufeffb' }, tensors: [] });
  const { metadata } = openGguf(path);
  expect([metadata.get('a.mark'), metadata.get('a.marked')]).toEqual(['\ufeff', '\ufeffb']);
});

test('a tensor of many pieces is read as it was written', () => {
  const path = join(temporaryFolder(), 'large.gguf');
  const data = Float32Array.from({ length: 1_600 * 1_024 }, (_, i) => (i % 4099) - 2048);
  const shape = [1_600, 1_024];
  const tensors = (['F32', 'F16', 'Q8_0'] as const).map((type) => ({ name: type, shape, type, data }));
  writeGguf(path, { metadata: {}, tensors });
  const file = openGguf(path);
  expect(Buffer.from(file.read('F32').buffer).equals(Buffer.from(data.buffer))).toBe(true);
  expect(file.read('F16').every((value, i) => Math.abs(value - (data[i] as number)) <= 1)).toBe(true);
  expect(file.read('Q8_0').every((value, i) => Math.abs(value - (data[i] as number)) < 10)).toBe(true);
});

test('the same contents give the same bytes, and others give others', () => {
  const folder = temporaryFolder();
  const bytes = (seed: number) => {
    writeGguf(join(folder, 'a.gguf'), contents(seed));
    return readFileSync(join(folder, 'a.gguf'));
  };
  expect(bytes(1).equals(bytes(1))).toBe(true);
  expect(bytes(1).equals(bytes(2))).toBe(false);
});

test('weights that are not finite are neither written nor read, and no half file is left', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'a.gguf');
  const write = (value: number) =>
    writeGguf(path, {
      metadata: {},
      tensors: [{ name: 'w', shape: [2], type: 'F32', data: Float32Array.of(1, value) }],
    });
  expect(await errorOf(() => write(Number.NaN))).toMatch(/tensor 'w' holds NaN at index 1/);
  expect(existsSync(path) || existsSync(`${path}.tmp`)).toBe(false);
  write(8);
  const bytes = readFileSync(path);
  bytes.writeFloatLE(Number.NEGATIVE_INFINITY, bytes.indexOf(Buffer.from(Float32Array.of(1, 8).buffer)) + 4);
  writeFileSync(path, bytes);
  expect(await errorOf(() => openGguf(path).read('w'))).toBe(
    `${path}: tensor 'w' holds -Infinity at index 1, expected finite weights`,
  );
});

test('a file cut off anywhere is an input error that names it', async () => {
  const whole = readFileSync(fixture);
  const path = join(temporaryFolder(), 'cut.gguf');
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: whole.length - 33 }), async (length) => {
      writeFileSync(path, whole.subarray(0, length));
      expect(await errorOf(() => openGguf(path))).toContain(`${path}: `);
    }),
  );
});

test('a file with any byte changed is read, or is an input error, and never anything else', () => {
  const whole = readFileSync(fixture);
  const path = join(temporaryFolder(), 'changed.gguf');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 }), (at, byte) => {
      const bytes = Buffer.from(whole);
      bytes[at] = byte;
      writeFileSync(path, bytes);
      try {
        const file = openGguf(path);
        for (const name of file.names) expect(file.read(name).every(Number.isFinite)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 500 },
  );
});

const HEAD = { version: { value: 3, type: GGUFValueType.UINT32 } } as const;

/** A head that announces `tensors` tensors, followed by `rest`. */
function head(
  tensors: bigint,
  keys: Record<string, { value: number | string; type: GGUFValueType }>,
  rest: Buffer,
): Buffer {
  const count = { type: GGUFValueType.UINT64 } as const;
  const typed: GGUFTypedMetadata = {
    ...HEAD,
    tensor_count: { ...count, value: tensors },
    kv_count: { ...count, value: 0n },
    ...keys,
  };
  return Buffer.concat([serializeGgufMetadata(typed, { alignment: 1 }), rest]);
}

/** An entry of the tensor table, dimensions in the file's order. */
function info(name: string, dimensions: bigint[], type: number, offset: bigint): Buffer {
  const bytes = Buffer.alloc(8 + name.length + 4 + 8 * dimensions.length + 12);
  let at = bytes.writeBigUInt64LE(BigInt(name.length));
  at += bytes.write(name, at);
  at = bytes.writeUInt32LE(dimensions.length, at);
  for (const extent of dimensions) at = bytes.writeBigUInt64LE(extent, at);
  at = bytes.writeUInt32LE(type, at);
  bytes.writeBigUInt64LE(offset, at);
  return bytes;
}

const data = (bytes: number) => Buffer.alloc(bytes + 64);

test.each<[string, Buffer, RegExp]>([
  [
    'a wrong magic number',
    Buffer.from('GGML\x03\0\0\0'),
    /begins with 0x4c4d4747, expected the GGUF magic number 0x46554747/,
  ],
  ['an empty file', Buffer.alloc(0), /ends at byte 0, within the magic number/],
  ['version 1', Buffer.from('GGUF\x01\0\0\0'), /has GGUF version 1, expected 2 or 3/],
  [
    '10^12 tensors',
    head(10n ** 12n, {}, data(1000)),
    /announces 1000000000000 tensors, 24 bytes or more each, but only \d+ bytes/,
  ],
  ['2^40 tensors', head(2n ** 40n, {}, data(0)), /announces 1099511627776 tensors/],
  ['2^63 tensors', head(2n ** 63n, {}, data(0)), /has 9223372036854775808 as the number of tensors/],
  ['more tensors than there are', head(2n, {}, info('a', [1n], 0, 0n)), /but only|ends at byte/],
  [
    'an alignment of 7',
    head(0n, { 'general.alignment': { value: 7, type: GGUFValueType.UINT32 } }, data(0)),
    /has general.alignment 7, expected a multiple of 8/,
  ],
  [
    'five dimensions',
    head(1n, {}, Buffer.concat([info('a', [1n, 1n, 1n, 1n, 1n], 0, 0n), data(4)])),
    /'a' has 5 dimensions, expected 4 at most/,
  ],
  [
    'an extent of 0',
    head(1n, {}, Buffer.concat([info('a', [0n], 0, 0n), data(4)])),
    /'a' has shape \[0\], expected no 0/,
  ],
  [
    'an extent of 2^62',
    head(1n, {}, Buffer.concat([info('a', [2n ** 62n], 0, 0n), data(4)])),
    /has 4611686018427387904 as a dimension of tensor 'a'/,
  ],
  [
    'extents beyond the file',
    head(1n, {}, Buffer.concat([info('a', [2n ** 40n, 2n ** 40n], 0, 0n), data(4)])),
    /'a' ends at byte [\de+.]+, but the file has \d+ bytes/,
  ],
  [
    'an offset that is not aligned',
    head(1n, {}, Buffer.concat([info('a', [1n], 0, 4n), data(8)])),
    /'a' has offset 4, expected a multiple of 32/,
  ],
  [
    'rows that are no whole blocks',
    head(1n, {}, Buffer.concat([info('a', [33n, 2n], 8, 0n), data(100)])),
    /'a' has shape \[2, 33\], expected rows of a multiple of 32 for Q8_0/,
  ],
  [
    'an overlap',
    head(2n, {}, Buffer.concat([info('a', [16n], 0, 0n), info('b', [1n], 0, 32n), data(200)])),
    /'b' begins at byte \d+, within 'a'/,
  ],
  [
    'a name that stands twice',
    head(2n, {}, Buffer.concat([info('a', [1n], 0, 0n), info('a', [1n], 0, 32n), data(200)])),
    /has the tensor 'a' twice/,
  ],
])('%s is an input error at once', async (_, bytes, message) => {
  const path = join(temporaryFolder({ 'bad.gguf': bytes }), 'bad.gguf');
  const start = performance.now();
  const error = await errorOf(() => openGguf(path));
  expect(error).toMatch(message);
  expect(error.startsWith(`${path}: `)).toBe(true);
  expect(performance.now() - start).toBeLessThan(1000);
});

test('a type that we cannot read is an error where it is read, not before', async () => {
  const bytes = head(1n, {}, Buffer.concat([info('a', [256n], GGMLQuantizationType.IQ2_S, 0n), data(300)]));
  const path = join(temporaryFolder({ 'iq2.gguf': bytes }), 'iq2.gguf');
  const file = openGguf(path);
  expect(file.shape('a')).toEqual([256]);
  expect(await errorOf(() => file.read('a'))).toMatch(
    /'a' is of type IQ2_S, expected one of F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q2_K, Q3_K, Q4_K, Q5_K, Q6_K$/,
  );
});

const smollm = join(models ?? '', 'SmolLM2-135M-Instruct/SmolLM2-135M-Instruct.Q4_1.gguf');
test.skipIf(models === undefined)(
  'SmolLM2-135M-Instruct (skipped unless PEFTBENCH_MODELS names a folder that holds it)',
  () => {
    const file = openGguf(smollm);
    expect(file.names).toHaveLength(272);
    expect(file.metadata.get('llama.block_count')).toBe(30);
    expect(file.metadata.get('tokenizer.ggml.tokens')).toHaveLength(49152);
    expect(file.shape('token_embd.weight')).toEqual([49152, 576]);
    expect(file.type('blk.0.ffn_gate.weight')).toBe('Q4_1');
    const values = file.read('blk.0.ffn_gate.weight');
    expect(values).toHaveLength(1536 * 576);
    // From gguf.quants.dequantize: the first values, and the sum of squares.
    expect([...values.subarray(0, 3)]).toEqual(SMOLLM_FIRST);
    expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(SMOLLM_SQUARES, 3);
  },
);

const SMOLLM_FIRST = [0.00726318359375, 0.19891357421875, 0.1510009765625];
const SMOLLM_SQUARES = 30300.522681292612;
