// Packed matrices against the Python package gguf (fixture made by scripts/fixtures/weights.py): its blocks, taken apart.
import { GGMLQuantizationType } from '@huggingface/gguf';
import { describe, expect, it, test } from 'vitest';
import { encodeQ4_1 } from '../../harness/formats/dequantize.ts';
import { openGguf } from '../../harness/formats/gguf.ts';
import { halfAt } from '../../harness/formats/half.ts';
import { isHeldAs, pack, repack } from '../../harness/formats/pack.ts';
import type { PackedArrays } from '../../harness/tensor/index.ts';
import { fixturePath, readFixture } from '../fixtures.ts';
import { errorOf } from './error-of.ts';

interface Golden {
  readonly shape: readonly [number, number];
  readonly source: readonly number[];
  readonly bytes: string;
  readonly values: readonly number[];
}

const golden = readFixture<Record<'F16' | 'Q8_0' | 'Q4_0' | 'Q4_1', Golden>>('gguf/types.json');
const file = openGguf(fixturePath('gguf/types.gguf'));
const FORMS = [
  ['q8', 'Q8_0'],
  ['q4', 'Q4_1'],
] as const;

describe.each(FORMS)('%s', (precision, type) => {
  const { shape, source, bytes } = golden[type];

  it('is quantised as the package quantises', () => {
    expect(blocksOf(pack(Float32Array.from(source), shape, precision, 'w'))).toBe(bytes);
  });

  it("takes a GGUF file's blocks over without loss", () => {
    expect(blocksOf(file.readPacked?.(type, precision) as PackedArrays)).toBe(bytes);
  });

  it('refuses values that no half-precision scale reaches', async () => {
    const large = new Float32Array(64).fill(-1e9, 0, 1).fill(1e9, 1);
    expect(await errorOf(() => pack(large, [1, 64], precision, "a.gguf: tensor 'w'"))).toMatch(
      /^a\.gguf: tensor 'w' holds values that no half-precision number can hold/,
    );
  });
});

test('Q4_1 is written as the Python package writes it, byte for byte', () => {
  const { source, bytes } = golden.Q4_1;
  expect(Buffer.from(encodeQ4_1(Float32Array.from(source))).toString('hex')).toBe(bytes);
});

test('Q4_0 becomes q4 with the values of the package', () => {
  const { values } = golden.Q4_0;
  expect(valuesOfQ4(file.readPacked?.('Q4_0', 'q4') as PackedArrays)).toEqual(values.map((value) => value + 0));
});

test('f16 holds the nearest halves, as the package does', () => {
  const { shape, source, values } = golden.F16;
  const { codes, scales } = pack(Float32Array.from(source), shape, 'f16', 'w');
  const bytes = new Uint8Array(codes.buffer);
  expect(Array.from(codes, (_, i) => halfAt(bytes, 2 * i))).toEqual(values);
  expect(scales).toBeUndefined();
});

test('what lies in another form in the file is not taken over', () => {
  expect(file.readPacked?.('Q8_0', 'q4')).toBeUndefined();
  expect(file.readPacked?.('Q5_1', 'q4')).toBeUndefined();
  expect(file.readPacked?.('F16', 'f16')).toBeUndefined();
  expect(isHeldAs(GGMLQuantizationType.Q4_K, 'q4')).toBe(false);
});

test('a scale in a file that is not finite is an input error', async () => {
  const blocks = new Uint8Array(34).fill(0x7c, 1, 2);
  expect(await errorOf(() => repack(GGMLQuantizationType.Q8_0, blocks, [1, 32], 'w'))).toMatch(/^w holds values/);
});

/** GGML's blocks, put together again: hex. */
function blocksOf({ codes, scales, minimums }: PackedArrays): string {
  const halves = [scales, minimums].filter((part) => part !== undefined);
  const blocks = scales?.length ?? 0;
  const bytes = Buffer.from(codes.buffer, codes.byteOffset, codes.byteLength);
  const size = bytes.length / blocks;
  return Array.from({ length: blocks }, (_, block) => {
    const head = Buffer.alloc(2 * halves.length);
    for (const [i, part] of halves.entries()) head.writeUInt16LE(part[block] as number, 2 * i);
    return Buffer.concat([head, bytes.subarray(block * size, (block + 1) * size)]).toString('hex');
  }).join('');
}

function valuesOfQ4({ codes, scales, minimums }: PackedArrays): number[] {
  const half = (part: Uint16Array | undefined, block: number) =>
    halfAt(new Uint8Array((part as Uint16Array).buffer), 2 * block);
  return Array.from({ length: 2 * codes.length }, (_, i) => {
    const [block, place] = [Math.floor(i / 32), i % 32];
    const pair = codes[block * 16 + (place % 16)] as number;
    return half(scales, block) * (place < 16 ? pair & 15 : pair >> 4) + half(minimums, block);
  });
}
