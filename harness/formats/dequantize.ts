// ggml's block formats to and from 32-bit floats. Layouts: ggml/src/ggml-common.h; arithmetic: ggml/src/ggml-quants.c.
import { GGMLQuantizationType } from '@huggingface/gguf';
import { bfloat16ToFloat, floatToHalf, halfTable, halfToFloat } from './half.ts';

/** How a tensor type lies in a file. */
export interface BlockFormat {
  readonly name: string;
  /** Values a block; a row is a whole number of blocks. */
  readonly values: number;
  /** Bytes a block. */
  readonly bytes: number;
  /** @param bytes a whole number of blocks, from the beginning of their buffer */
  decode(bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer>;
}

const BLOCK = 32;

/** The tensor types that can be read. */
export const BLOCK_FORMATS: ReadonlyMap<GGMLQuantizationType, BlockFormat> = new Map([
  [GGMLQuantizationType.F32, { name: 'F32', values: 1, bytes: 4, decode: (bytes) => new Float32Array(bytes.buffer) }],
  [
    GGMLQuantizationType.F16,
    { name: 'F16', values: 1, bytes: 2, decode: (bytes) => halfToFloat(new Uint16Array(bytes.buffer)) },
  ],
  [
    GGMLQuantizationType.BF16,
    { name: 'BF16', values: 1, bytes: 2, decode: (bytes) => bfloat16ToFloat(new Uint16Array(bytes.buffer)) },
  ],
  [GGMLQuantizationType.Q8_0, { name: 'Q8_0', values: BLOCK, bytes: 34, decode: decodeQ8_0 }],
  [GGMLQuantizationType.Q4_0, { name: 'Q4_0', values: BLOCK, bytes: 18, decode: decodeQ4_0 }],
  [GGMLQuantizationType.Q4_1, { name: 'Q4_1', values: BLOCK, bytes: 20, decode: decodeQ4_1 }],
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
    const largest = row.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
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

function roundHalfAway(value: number): number {
  return value < 0 ? -Math.floor(0.5 - value) : Math.floor(value + 0.5);
}

function decodeQ8_0(bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const half = halfTable();
  const quants = new Int8Array(bytes.buffer);
  const values = new Float32Array((bytes.length / 34) * BLOCK);
  for (let block = 0, at = 0; at < bytes.length; block += BLOCK, at += 34) {
    const scale = half[uint16(bytes, at)] as number;
    for (let i = 0; i < BLOCK; i++) values[block + i] = scale * (quants[at + 2 + i] as number);
  }
  return values;
}

/** Blocks of 32: d, then 16 bytes; low nibbles are values 0-15, high nibbles 16-31; the value is d (q - 8). */
function decodeQ4_0(bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const half = halfTable();
  const values = new Float32Array((bytes.length / 18) * BLOCK);
  for (let block = 0, at = 0; at < bytes.length; block += BLOCK, at += 18) {
    const scale = half[uint16(bytes, at)] as number;
    for (let i = 0; i < 16; i++) {
      const pair = bytes[at + 2 + i] as number;
      values[block + i] = scale * ((pair & 15) - 8);
      values[block + 16 + i] = scale * ((pair >> 4) - 8);
    }
  }
  return values;
}

/** Blocks of 32: d, a minimum m, then nibbles as in Q4_0; the value is d q + m, each step rounded to 32 bits. */
function decodeQ4_1(bytes: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  const half = halfTable();
  const values = new Float32Array((bytes.length / 20) * BLOCK);
  for (let block = 0, at = 0; at < bytes.length; block += BLOCK, at += 20) {
    const scale = half[uint16(bytes, at)] as number;
    const minimum = half[uint16(bytes, at + 2)] as number;
    for (let i = 0; i < 16; i++) {
      const pair = bytes[at + 4 + i] as number;
      values[block + i] = Math.fround(scale * (pair & 15)) + minimum;
      values[block + 16 + i] = Math.fround(scale * (pair >> 4)) + minimum;
    }
  }
  return values;
}

function uint16(bytes: Uint8Array, at: number): number {
  return (bytes[at] as number) | ((bytes[at + 1] as number) << 8);
}
