import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mean, median, sampleDeviation } from '../../harness/stats/summary.ts';

// Expected values by hand: deviations 2, 4, 4, 4, 5, 5, 7, 9 have the sum of squares 32 about 5, so 32 / 7.
const VALUES = [2, 4, 4, 4, 5, 5, 7, 9];

describe('summaries', () => {
  test('of known values', () => {
    expect(mean(VALUES)).toEqual({ value: 5, reason: null });
    expect(sampleDeviation(VALUES).value).toBeCloseTo(Math.sqrt(32 / 7), 14);
    expect(median(VALUES)).toEqual({ value: 4.5, reason: null });
    expect(median([9, 1, 10])).toEqual({ value: 9, reason: null });
  });

  test('are null with a reason where there is nothing to summarise', () => {
    expect(mean([])).toEqual({ value: null, reason: 'no values' });
    expect(median([])).toEqual({ value: null, reason: 'no values' });
    expect(sampleDeviation([])).toEqual({ value: null, reason: 'no values' });
    expect(sampleDeviation([3])).toEqual({ value: null, reason: 'one value has no deviation' });
  });

  test('a shift moves mean and median and leaves the deviation', () => {
    const integers = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(integers, fc.integer({ min: -1000, max: 1000 }), (values, shift) => {
        const shifted = values.map((value) => value + shift);
        expect(mean(shifted).value).toBeCloseTo(Number(mean(values).value) + shift, 9);
        expect(median(shifted).value).toBeCloseTo(Number(median(values).value) + shift, 9);
        expect(sampleDeviation(shifted).value).toBeCloseTo(Number(sampleDeviation(values).value), 9);
      }),
    );
  });
});
