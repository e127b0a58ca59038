// Matrices in the forms in which a base of less precision is held: from 32-bit floats, and from GGML's blocks as they are.
import { GGMLQuantizationType } from '@huggingface/gguf';
import type { PackedPrecision } from '../contracts/base-precision.ts';
import { InputError } from '../contracts/input-error.ts';
import type { PackedArrays } from '../tensor/index.ts';
import { encodeQ4_1, encodeQ8_0 } from './dequantize.ts';
import { floatToHalf, halfToFloat } from './half.ts';

/** Values that share a scale in q8 and q4: a row is a whole number of them. */
export const PACKED_BLOCK = 32;

type Shape = readonly [rows: number, width: number];

/**
 * The nearest values that the form has: of f16 ties to even; of q8 and q4 as ggml's quantize_row_q8_0_ref and
 * quantize_row_q4_1_ref choose scales and codes.
 * @param name of the matrix, for the message
 * @throws InputError where the values are too large for a half-precision number, or scale
 */
export function pack(values: Float32Array, shape: Shape, precision: PackedPrecision, name: string): PackedArrays {
  return finite(nearest(values, shape, precision), name);
}

/** As {@link pack}, whatever the values: where they are too large, not all is finite in the result. */
export function nearest(values: Float32Array, shape: Shape, precision: PackedPrecision): PackedArrays {
  if (precision === 'f16') return { shape, codes: floatToHalf(values) };
  return precision === 'q8' ? fromQ8_0(encodeQ8_0(values), shape) : fromQ4_1(encodeQ4_1(values), shape);
}

/** Whether every half-precision number of it is finite. */
export function isFinitePacked({ codes, scales, minimums }: PackedArrays): boolean {
  const halves = [codes instanceof Uint16Array ? codes : undefined, scales, minimums];
  const isNumber = (bits: number) => (bits & 0x7c00) !== 0x7c00;
  return halves.every((part) => part === undefined || part.every(isNumber));
}

const { Q8_0, Q4_0, Q4_1 } = GGMLQuantizationType;
const HELD_AS: ReadonlyMap<GGMLQuantizationType, PackedPrecision> = new Map([
  [Q8_0, 'q8'],
  [Q4_1, 'q4'],
  [Q4_0, 'q4'],
]);

/** Whether a GGUF file's tensors of `type` are brought into the form of `precision` without loss. */
export const isHeldAs = (type: GGMLQuantizationType, precision: PackedPrecision): boolean =>
  HELD_AS.get(type) === precision;

/**
 * The same values in our form.
 * @param type one that {@link isHeldAs} some precision
 * @param blocks of the whole matrix, as a GGUF file has them
 * @throws InputError naming `name` where a scale is not finite
 */
export function repack(type: GGMLQuantizationType, blocks: Uint8Array, shape: Shape, name: string): PackedArrays {
  if (type === Q8_0) return finite(fromQ8_0(blocks, shape), name);
  return finite(type === Q4_1 ? fromQ4_1(blocks, shape) : fromQ4_0(blocks, shape), name);
}

function finite(packed: PackedArrays, name: string): PackedArrays {
  if (isFinitePacked(packed)) return packed;
  throw new InputError(
    `${name} holds values that no half-precision number can hold or scale, expected smaller weights`,
  );
}

/** Blocks of a scale and 32 signed bytes. */
function fromQ8_0(bytes: Uint8Array, shape: Shape): PackedArrays {
  const { halves, codes } = split(bytes, 1, PACKED_BLOCK);
  return { shape, codes: new Int8Array(codes.buffer), scales: halves[0] as Uint16Array };
}

/** Blocks of a scale, a minimum and 16 bytes of two codes each. */
function fromQ4_1(bytes: Uint8Array, shape: Shape): PackedArrays {
  const { halves, codes } = split(bytes, 2, PACKED_BLOCK / 2);
  return { shape, codes, scales: halves[0] as Uint16Array, minimums: halves[1] as Uint16Array };
}

/** Blocks of a scale and 16 bytes; the value scale * (code - 8) has the minimum -8 * scale: three more in the exponent. */
function fromQ4_0(bytes: Uint8Array, shape: Shape): PackedArrays {
  const { halves, codes } = split(bytes, 1, PACKED_BLOCK / 2);
  const scales = halves[0] as Uint16Array;
  const values = new Float32Array(scales.length);
  halfToFloat(scales, values);
  const minimums = floatToHalf(values.map((scale) => -8 * scale));
  return { shape, codes, scales, minimums };
}

/** Takes blocks apart: `count` half-precision numbers each, and then bytes. */
function split(bytes: Uint8Array, count: number, codeBytes: number) {
  const size = 2 * count + codeBytes;
  const blocks = bytes.length / size;
  const halves = Array.from({ length: count }, (_, i) => halvesOf(bytes, 2 * i, size));
  const codes = new Uint8Array(blocks * codeBytes);
  for (let block = 0; block < blocks; block++) {
    const from = block * size + 2 * count;
    for (let i = 0; i < codeBytes; i++) codes[block * codeBytes + i] = bytes[from + i] as number;
  }
  return { halves, codes };
}

/** The two bytes at `at` of each block of `size`, the lower one first. */
function halvesOf(bytes: Uint8Array, at: number, size: number): Uint16Array {
  const halves = new Uint16Array(bytes.length / size);
  for (let block = 0, i = at; block < halves.length; block++, i += size) {
    halves[block] = (bytes[i] as number) | ((bytes[i + 1] as number) << 8);
  }
  return halves;
}
