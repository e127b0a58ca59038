// ggml's block formats to and from 32-bit floats. Layouts: ggml/src/ggml-common.h; arithmetic: ggml/src/ggml-quants.c.
import { GGMLQuantizationType } from '@huggingface/gguf';
import { decodeQ2_K, decodeQ3_K, decodeQ4_K, decodeQ5_K, decodeQ6_K, K_BLOCK } from './dequantize-k.ts';
import { floatToHalf, halfAt } from './half.ts';
import { BF16, type Encoding, F16, F32 } from './tensor-file.ts';

/** How a tensor type lies in a file. */
export interface BlockFormat extends Encoding {
  readonly name: string;
}

const BLOCK = 32;

/** The tensor types that can be read. A row is a whole number of blocks. */
export const BLOCK_FORMATS: ReadonlyMap<GGMLQuantizationType, BlockFormat> = new Map([
  [GGMLQuantizationType.F32, { name: 'F32', ...F32 }],
  [GGMLQuantizationType.F16, { name: 'F16', ...F16 }],
  [GGMLQuantizationType.BF16, { name: 'BF16', ...BF16 }],
  [GGMLQuantizationType.Q8_0, { name: 'Q8_0', values: BLOCK, bytes: 34, decode: decodeQ8_0 }],
  [GGMLQuantizationType.Q4_0, { name: 'Q4_0', values: BLOCK, bytes: 18, decode: decodeQ4_0 }],
  [GGMLQuantizationType.Q4_1, { name: 'Q4_1', values: BLOCK, bytes: 20, decode: decodeQ4_1 }],
  [GGMLQuantizationType.Q5_0, { name: 'Q5_0', values: BLOCK, bytes: 22, decode: decodeQ5_0 }],
  [GGMLQuantizationType.Q5_1, { name: 'Q5_1', values: BLOCK, bytes: 24, decode: decodeQ5_1 }],
  [GGMLQuantizationType.Q2_K, { name: 'Q2_K', values: K_BLOCK, bytes: 84, decode: decodeQ2_K }],
  [GGMLQuantizationType.Q3_K, { name: 'Q3_K', values: K_BLOCK, bytes: 110, decode: decodeQ3_K }],
  [GGMLQuantizationType.Q4_K, { name: 'Q4_K', values: K_BLOCK, bytes: 144, decode: decodeQ4_K }],
  [GGMLQuantizationType.Q5_K, { name: 'Q5_K', values: K_BLOCK, bytes: 176, decode: decodeQ5_K }],
  [GGMLQuantizationType.Q6_K, { name: 'Q6_K', values: K_BLOCK, bytes: 210, decode: decodeQ6_K }],
]);

/**
 * Blocks of 32: a half-precision scale d, then 32 signed bytes q; the value is d q.
 * As ggml's quantize_row_q8_0_ref: d = max|x| / 127, q = x / d rounded half away from zero, in 32-bit floats.
 */
export function encodeQ8_0(values: Float32Array): Uint8Array<ArrayBuffer> {
  const blocks = values.length / BLOCK;
  if (!Number.isInteger(blocks)) throw new RangeError(`${values.length} values are no whole number of blocks of 32`);
  const scales = new Float32Array(blocks);
  const bytes = new Uint8Array(blocks * 34);
  for (let block = 0; block < blocks; block++) {
    const row = values.subarray(block * BLOCK, (block + 1) * BLOCK);
    let largest = 0;
    for (let i = 0; i < BLOCK; i++) largest = Math.max(largest, Math.abs(row[i] as number));
    const scale = Math.fround(largest / 127);
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    scales[block] = scale;
    for (let i = 0; i < BLOCK; i++)
      bytes[block * 34 + 2 + i] = roundHalfAway(Math.fround((row[i] as number) * inverse));
  }
  const halves = floatToHalf(scales);
  const view = new DataView(bytes.buffer);
  for (let block = 0; block < blocks; block++) view.setUint16(block * 34, halves[block] as number, true);
  return bytes;
}

/**
 * Blocks of 32: a half-precision scale d and minimum m, then nibbles as in Q4_0; the value is d q + m.
 * As ggml's quantize_row_q4_1_ref: m = min x, d = (max x - min x) / 15, q = (x - m) / d rounded, in 32-bit floats.
 */
export function encodeQ4_1(values: Float32Array): Uint8Array<ArrayBuffer> {
  const blocks = values.length / BLOCK;
  if (!Number.isInteger(blocks)) throw new RangeError(`${values.length} values are no whole number of blocks of 32`);
  const numbers = new Float32Array(2 * blocks);
  const bytes = new Uint8Array(blocks * 20);
  for (let block = 0; block < blocks; block++) {
    const row = values.subarray(block * BLOCK, (block + 1) * BLOCK);
    let [least, most] = [row[0] as number, row[0] as number];
    for (let i = 1; i < BLOCK; i++) {
      least = Math.min(least, row[i] as number);
      most = Math.max(most, row[i] as number);
    }
    const scale = Math.fround(Math.fround(most - least) / 15);
    const inverse = scale === 0 ? 0 : Math.fround(1 / scale);
    numbers[2 * block] = scale;
    numbers[2 * block + 1] = least;
    for (let i = 0; i < 16; i++) {
      const low = codeQ4_1(row[i] as number, least, inverse);
      bytes[block * 20 + 4 + i] = low | (codeQ4_1(row[16 + i] as number, least, inverse) << 4);
    }
  }
  const halves = floatToHalf(numbers);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < halves.length; i++) view.setUint16((i >> 1) * 20 + 2 * (i & 1), halves[i] as number, true);
  return bytes;
}

function codeQ4_1(value: number, least: number, inverse: number): number {
  const steps = Math.fround(Math.fround(value - least) * inverse);
  return Math.min(15, Math.trunc(Math.fround(steps + 0.5)));
}

function roundHalfAway(value: number): number {
  return value < 0 ? -Math.floor(0.5 - value) : Math.floor(value + 0.5);
}

function decodeQ8_0(bytes: Uint8Array, values: Float32Array): void {
  for (let block = 0, at = 0; at < bytes.length; block += BLOCK, at += 34) {
    const scale = halfAt(bytes, at);
    for (let i = 0; i < BLOCK; i++) values[block + i] = scale * (((bytes[at + 2 + i] as number) << 24) >> 24);
  }
}

/** Blocks of 32: d, then 16 bytes; low nibbles are values 0-15, high nibbles 16-31; the value is d (q - 8). */
function decodeQ4_0(bytes: Uint8Array, values: Float32Array): void {
  for (let block = 0, at = 0; at < bytes.length; block += BLOCK, at += 18) {
    const scale = halfAt(bytes, at);
    for (let i = 0; i < 16; i++) {
      const pair = bytes[at + 2 + i] as number;
      values[block + i] = scale * ((pair & 15) - 8);
      values[block + 16 + i] = scale * ((pair >> 4) - 8);
    }
  }
}

/** Blocks of 32: d, a minimum m, then nibbles as in Q4_0; the value is d q + m, each step rounded to 32 bits. */
function decodeQ4_1(bytes: Uint8Array, values: Float32Array): void {
  for (let block = 0, at = 0; at < bytes.length; block += BLOCK, at += 20) {
    const [scale, minimum] = [halfAt(bytes, at), halfAt(bytes, at + 2)];
    for (let i = 0; i < 16; i++) {
      const pair = bytes[at + 4 + i] as number;
      values[block + i] = Math.fround(scale * (pair & 15)) + minimum;
      values[block + 16 + i] = Math.fround(scale * (pair >> 4)) + minimum;
    }
  }
}

/** Blocks of 32: d, 4 bytes with the fifth bit of each value, then nibbles as in Q4_0; the value is d (q - 16). */
function decodeQ5_0(bytes: Uint8Array, values: Float32Array): void {
  for (let block = 0, at = 0; at < bytes.length; block += BLOCK, at += 22) {
    const scale = halfAt(bytes, at);
    for (let i = 0; i < 16; i++) {
      const pair = bytes[at + 6 + i] as number;
      values[block + i] = scale * (((pair & 15) | (bitAt(bytes, at + 2, i) << 4)) - 16);
      values[block + 16 + i] = scale * (((pair >> 4) | (bitAt(bytes, at + 2, 16 + i) << 4)) - 16);
    }
  }
}

/** Blocks of 32: d, a minimum m, fifth bits and nibbles as in Q5_0; the value is d q + m, each step rounded to 32 bits. */
function decodeQ5_1(bytes: Uint8Array, values: Float32Array): void {
  for (let block = 0, at = 0; at < bytes.length; block += BLOCK, at += 24) {
    const [scale, minimum] = [halfAt(bytes, at), halfAt(bytes, at + 2)];
    for (let i = 0; i < 16; i++) {
      const pair = bytes[at + 8 + i] as number;
      const [low, high] = [bitAt(bytes, at + 4, i), bitAt(bytes, at + 4, 16 + i)];
      values[block + i] = Math.fround(scale * ((pair & 15) | (low << 4))) + minimum;
      values[block + 16 + i] = Math.fround(scale * ((pair >> 4) | (high << 4))) + minimum;
    }
  }
}

function bitAt(bytes: Uint8Array, at: number, bit: number): number {
  return ((bytes[at + (bit >> 3)] as number) >> (bit & 7)) & 1;
}
