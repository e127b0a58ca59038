// Differences and p values as tables and notes write them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { probability, signed } from '../../harness/contracts/words.ts';

describe('a difference', () => {
  const write = (size: number) => size.toFixed(4);

  it('has its sign, and none where it is written as 0', () => {
    expect([0.0025, -0.01, 0, -0, -0.00004, 0.00004].map((value) => signed(value, write))).toEqual([
      ...['+0.0025', '-0.0100'],
      ...['0.0000', '0.0000', '0.0000', '0.0000'],
    ]);
  });

  it('reads back as what it was, rounded', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), (value) => {
        expect(Math.abs(Number(signed(value, write)) - value)).toBeLessThanOrEqual(0.5001e-4);
        expect(signed(value, write)).not.toMatch(/^[+-]0\.0000$/);
      }),
    );
  });
});

it('a p value has two digits down to 0.0001', () => {
  expect([0.05, 0.031234, 0.0001, 0.00009].map(probability)).toEqual(['0.050', '0.031', '0.00010', '< 0.0001']);
});
