// 16-bit floats: IEEE half precision (binary16) and bfloat16, to and from 32-bit floats.

/** The values of binary16 bit patterns, into `values`. */
export function halfToFloat(bits: Uint16Array, values: Float32Array): void {
  const table = halfTable();
  for (let i = 0; i < bits.length; i++) values[i] = table[bits[i] as number] as number;
}

/** The values of bfloat16 bit patterns, the upper halves of binary32, into `values`. */
export function bfloat16ToFloat(bits: Uint16Array, values: Float32Array): void {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) words[i] = (bits[i] as number) << 16;
}

/** The binary16 whose two bytes lie at `at`, the lower one first. */
export function halfAt(bytes: Uint8Array, at: number): number {
  return halfTable()[(bytes[at] as number) | ((bytes[at + 1] as number) << 8)] as number;
}

/** The binary16 bit patterns nearest to 32-bit floats, ties to even; beyond the largest half, infinity. */
export function floatToHalf(values: Float32Array): Uint16Array<ArrayBuffer> {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) bits[i] = halfBits(words[i] as number);
  return bits;
}

let table: Float32Array | undefined;

/** The value of each of the 65,536 bit patterns, made at the first use. */
function halfTable(): Float32Array {
  table ??= Float32Array.from({ length: 65_536 }, (_, bits) => halfValue(bits));
  return table;
}

function halfValue(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Rounds the bit pattern of a binary32 to that of a binary16. */
function halfBits(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fff_ffff;
  if (magnitude > 0x7f80_0000) return sign | 0x7e00;
  if (magnitude >= 0x477f_f000) return sign | 0x7c00;
  const exponent = magnitude >>> 23;
  if (exponent >= 113) return sign | roundedShift(magnitude - (112 << 23), 13);
  if (exponent < 102) return sign;
  const significand = (magnitude & 0x7f_ffff) | 0x80_0000;
  return sign | roundedShift(significand, 126 - exponent);
}

/** n / 2^places, rounded to nearest, ties to even. */
function roundedShift(n: number, places: number): number {
  const quotient = n >>> places;
  const rest = n & ((1 << places) - 1);
  const half = 1 << (places - 1);
  return quotient + (rest > half || (rest === half && (quotient & 1) === 1) ? 1 : 0);
}
