// Axes hold every value that they have a place for, and have ticks that give their scale away.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { axisScale, isDrawable } from '../../../harness/report/figures/axis-scale.ts';
import { numberText } from '../../../harness/report/figures/number-text.ts';
import { numberOf } from './read-svg.ts';

const type = fc.constantFrom('linear' as const, 'log' as const);
const most = fc.double({ min: 2, max: 15, noNaN: true });

test('any values lie within their axis, with two ticks or more that rise', () => {
  fc.assert(
    fc.property(type, fc.array(fc.double(), { maxLength: 20 }), most, (scale, values, wanted) => {
      const { domain, ticks } = axisScale(scale, values, wanted);
      expect(domain[0]).toBeLessThan(domain[1]);
      for (const value of values.filter((each) => isDrawable(each, scale) && Math.abs(each) > 1e-150)) {
        expect(value).toBeGreaterThanOrEqual(domain[0]);
        expect(value).toBeLessThanOrEqual(domain[1]);
      }
      expect(ticks.length).toBeGreaterThanOrEqual(2);
      expect(ticks.length).toBeLessThan(3 * wanted + 12);
      for (const [i, tick] of ticks.entries()) {
        expect(tick).toBeGreaterThanOrEqual(domain[0]);
        expect(tick).toBeLessThanOrEqual(domain[1]);
        if (i > 0) expect(tick).toBeGreaterThan(ticks[i - 1] ?? Number.NaN);
      }
    }),
    { numRuns: 1000 },
  );
});

describe('ticks', () => {
  test.each([
    ['linear', [0, 1], 6, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    ['linear', [0.31, 0.33], 5, [0.31, 0.315, 0.32, 0.325, 0.33]],
    ['log', [1e-4, 1e-2], 8, [1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2]],
    ['log', [10, 1e9], 5, [10, 1000, 1e5, 1e7, 1e9]],
  ] as const)('of %s axes stand at round numbers: %j', (scale, values, wanted, ticks) => {
    expect(axisScale(scale, values, wanted).ticks).toEqual(ticks);
  });

  test('in words are the numbers that they stand for', () => {
    expect([0.2, 1500, 22_700_000, 1.2e9, 1e-4, 2.5e-7, -0.125, 10_000].map(numberText)).toEqual([
      '0.2',
      '1500',
      '22.7M',
      '1.2B',
      '1e\u22124',
      '2.5e\u22127',
      '\u22120.125',
      '10k',
    ]);
    fc.assert(
      fc.property(fc.double({ min: -1e14, max: 1e14, noNaN: true }), (value) => {
        expect(Math.abs(numberOf(numberText(value)) - value)).toBeLessThanOrEqual(Math.abs(value) * 1e-11);
      }),
    );
  });
});
