// ggml's k-quants: blocks of 256 values, whose sub-blocks of 16 or 32 have scales of their own, themselves quantised.
// Layouts: ggml/src/ggml-common.h; arithmetic: ggml/src/ggml-quants.c, each step rounded to 32 bits.
import { halfAt } from './half.ts';

/** Values a block. */
export const K_BLOCK = 256;
/** Bytes of the packed scales and minima of Q4_K and Q5_K. */
const PACKED = 12;

/** 84 bytes: 16 pairs of 4-bit scale and minimum, 64 bytes of 2-bit q, d, dmin; the value is d s q - dmin m. */
export function decodeQ2_K(bytes: Uint8Array, values: Float32Array): void {
  for (let at = 0, to = 0; at < bytes.length; at += 84, to += K_BLOCK) {
    const [d, dmin] = [halfAt(bytes, at + 80), halfAt(bytes, at + 82)];
    for (let i = 0; i < K_BLOCK; i++) {
      const pair = bytes[at + (i >> 4)] as number;
      const q = ((bytes[at + 16 + twoBitByte(i)] as number) >> twoBitShift(i)) & 3;
      const scaled = Math.fround(Math.fround(d * (pair & 15)) * q);
      values[to + i] = scaled - Math.fround(dmin * (pair >> 4));
    }
  }
}

/** 110 bytes: 32 of third bits (set means no offset), 64 of low bits, 12 of 6-bit scales, d; the value is d (s - 32) q. */
export function decodeQ3_K(bytes: Uint8Array, values: Float32Array): void {
  for (let at = 0, to = 0; at < bytes.length; at += 110, to += K_BLOCK) {
    const d = halfAt(bytes, at + 108);
    for (let i = 0; i < K_BLOCK; i++) {
      const sub = i >> 4;
      const low = ((bytes[at + 96 + (sub & 7)] as number) >> (sub < 8 ? 0 : 4)) & 15;
      const high = ((bytes[at + 104 + (sub & 3)] as number) >> (2 * (sub >> 2))) & 3;
      const scale = Math.fround(d * ((low | (high << 4)) - 32));
      const q = ((bytes[at + 32 + twoBitByte(i)] as number) >> twoBitShift(i)) & 3;
      const offset = ((bytes[at + (i & 31)] as number) >> (i >> 5)) & 1 ? 0 : 4;
      values[to + i] = scale * (q - offset);
    }
  }
}

/** 144 bytes: d, dmin, 8 6-bit scales and minima, 128 bytes of nibbles; the value is d s q - dmin m. */
export function decodeQ4_K(bytes: Uint8Array, values: Float32Array): void {
  for (let at = 0, to = 0; at < bytes.length; at += 144, to += K_BLOCK) {
    const quants = at + 4 + PACKED;
    for (let sub = 0; sub < 8; sub++) {
      const [scale, minimum] = scaleAndMinimum(bytes, at, sub);
      const [from, shift] = [quants + 32 * (sub >> 1), 4 * (sub & 1)];
      for (let i = 0; i < 32; i++) {
        const q = ((bytes[from + i] as number) >> shift) & 15;
        values[to + 32 * sub + i] = Math.fround(scale * q) - minimum;
      }
    }
  }
}

/** 176 bytes: as Q4_K, with 32 bytes of fifth bits before the nibbles. */
export function decodeQ5_K(bytes: Uint8Array, values: Float32Array): void {
  for (let at = 0, to = 0; at < bytes.length; at += 176, to += K_BLOCK) {
    const high = at + 4 + PACKED;
    for (let sub = 0; sub < 8; sub++) {
      const [scale, minimum] = scaleAndMinimum(bytes, at, sub);
      const [from, shift] = [high + 32 + 32 * (sub >> 1), 4 * (sub & 1)];
      for (let i = 0; i < 32; i++) {
        const fifth = ((bytes[high + i] as number) >> sub) & 1;
        const q = (((bytes[from + i] as number) >> shift) & 15) | (fifth << 4);
        values[to + 32 * sub + i] = Math.fround(scale * q) - minimum;
      }
    }
  }
}

/** 210 bytes: 128 of low nibbles, 64 of two high bits each, 16 signed scales, d; the value is d s (q - 32). */
export function decodeQ6_K(bytes: Uint8Array, values: Float32Array): void {
  for (let at = 0, to = 0; at < bytes.length; at += 210, to += K_BLOCK) {
    const d = halfAt(bytes, at + 208);
    for (let sub = 0; sub < 16; sub++) {
      const scale = Math.fround(d * (((bytes[at + 192 + sub] as number) << 24) >> 24));
      for (let i = 16 * sub; i < 16 * sub + 16; i++) {
        // Within each half: 32 low nibbles, the next 32, then the high nibbles of the same bytes.
        const low = (bytes[at + 64 * (i >> 7) + (i & 63)] as number) >> (4 * ((i >> 6) & 1));
        const high = (bytes[at + 128 + twoBitByte(i)] as number) >> twoBitShift(i);
        values[to + i] = scale * (((low & 15) | ((high & 3) << 4)) - 32);
      }
    }
  }
}

/** Two-bit fields: each half of the block has 32 bytes, of which each holds values i, i + 32, i + 64 and i + 96. */
function twoBitByte(i: number): number {
  return 32 * (i >> 7) + (i & 31);
}

function twoBitShift(i: number): number {
  return 2 * ((i >> 5) & 3);
}

/** d s and dmin m of a sub-block: six bits each, the last four pairs spread over the bytes of the first. */
function scaleAndMinimum(bytes: Uint8Array, at: number, sub: number): [number, number] {
  const byte = (index: number): number => bytes[at + 4 + index] as number;
  const [scale, minimum] =
    sub < 4
      ? [byte(sub) & 63, byte(sub + 4) & 63]
      : [(byte(sub + 4) & 15) | ((byte(sub - 4) >> 6) << 4), (byte(sub + 4) >> 4) | ((byte(sub) >> 6) << 4)];
  return [Math.fround(halfAt(bytes, at) * scale), Math.fround(halfAt(bytes, at + 2) * minimum)];
}
