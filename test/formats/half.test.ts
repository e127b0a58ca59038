import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bfloat16ToFloat, floatToHalf, halfToFloat } from '../../harness/formats/half.ts';

const half = (value: number): number | undefined => floatToHalf(Float32Array.of(value))[0];
const float = (bits: number): number | undefined => {
  const values = new Float32Array(1);
  halfToFloat(Uint16Array.of(bits), values);
  return values[0];
};

test('known half-precision values (IEEE 754-2008, binary16)', () => {
  const known: [number, number][] = [
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x0400, 2 ** -14],
    [0x3555, 0.333251953125],
    [0x3c00, 1],
    [0x3c01, 1 + 2 ** -10],
    [0x7bff, 65504],
    [0xc000, -2],
    [0x7c00, Number.POSITIVE_INFINITY],
    [0xfc00, Number.NEGATIVE_INFINITY],
  ];
  for (const [bits, value] of known) {
    expect(float(bits)).toBe(value);
    expect(half(value)).toBe(bits);
  }
  expect(float(0x8000)).toBe(-0);
  expect(half(-0)).toBe(0x8000);
  expect(float(0x7e00)).toBeNaN();
  expect(float(half(Number.NaN) ?? 0)).toBeNaN();
});

test('every half-precision number survives the way to a float and back', () => {
  for (let bits = 0; bits < 65_536; bits++) {
    const value = float(bits);
    if (!Number.isNaN(value)) expect(half(value ?? Number.NaN)).toBe(bits);
  }
});

test('a float is rounded to the nearest half, ties to even', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, min: -65504, max: 65504 }), (value) => {
      const bits = half(value) ?? 0;
      const error = Math.abs((float(bits) ?? Number.NaN) - value);
      for (const neighbour of [bits - 1, bits + 1]) {
        const other = float(neighbour & 0xffff) ?? Number.NaN;
        if (!Number.isFinite(other)) continue;
        const otherError = Math.abs(other - value);
        expect(error).toBeLessThanOrEqual(otherError);
        if (error === otherError && float(bits) !== other) expect(bits & 1).toBe(0);
      }
    }),
    { numRuns: 2000 },
  );
  expect(half(65519)).toBe(0x7bff);
  expect(half(65520)).toBe(0x7c00);
  expect(half(2 ** -25)).toBe(0);
  expect(half(Math.fround(2 ** -25 * 1.0001))).toBe(1);
});

test('bfloat16 is the upper half of a float', () => {
  const values = new Float32Array(4);
  bfloat16ToFloat(Uint16Array.of(0x3f80, 0xbf80, 0x4049, 0x0000), values);
  expect([...values]).toEqual([1, -1, 3.140625, 0]);
});
