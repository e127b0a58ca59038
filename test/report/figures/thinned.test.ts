// A long curve keeps its ends and its peaks.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { thinned } from '../../../harness/report/figures/thinned.ts';

test('short curves are whole', () => {
  expect(thinned([3, 1, 2])).toEqual([0, 1, 2]);
  expect(thinned([])).toEqual([]);
});

test('of long ones the ends stay, the least and the greatest value, and few points', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true }), { minLength: 201, maxLength: 2000 }), (values) => {
      const kept = thinned(values);
      expect(kept.length).toBeLessThanOrEqual(202);
      expect([kept[0], kept.at(-1)]).toEqual([0, values.length - 1]);
      expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
      const drawn = kept.map((i) => values[i] ?? Number.NaN);
      expect(Math.max(...drawn)).toBe(Math.max(...values));
      expect(Math.min(...drawn)).toBe(Math.min(...values));
    }),
    { numRuns: 50 },
  );
});
