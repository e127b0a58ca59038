// The expected best of n trials beside exact fractions of the published formulas, which scripts/fixtures/expected_best.py
// holds against every draw where they are few.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectedBestWithoutReplacement, expectedBestWithReplacement } from '../../harness/stats/expected-best.ts';
import { readFixture } from '../fixtures.ts';

interface Case {
  readonly name: string;
  readonly scores: readonly number[];
  readonly rows: readonly {
    readonly n: number;
    readonly withReplacement: number;
    readonly withoutReplacement: number;
  }[];
}

describe.each(readFixture<Case[]>('stats/expected-best.json'))('$name', ({ scores, rows }) => {
  it.each(rows)('the best of $n', ({ n, withReplacement, withoutReplacement }) => {
    expect(Math.abs(expectedBestWithReplacement(scores, n) - withReplacement)).toBeLessThan(1e-12);
    expect(Math.abs(expectedBestWithoutReplacement(scores, n) - withoutReplacement)).toBeLessThan(1e-12);
  });
});

const anyScores = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 40 });

it('begins with the mean, rises, and ends with the best without replacement, never above it with', () => {
  fc.assert(
    fc.property(anyScores, (scores) => {
      const counts = scores.map((_, i) => i + 1);
      const [withIt, without] = [
        counts.map((n) => expectedBestWithReplacement(scores, n)),
        counts.map((n) => expectedBestWithoutReplacement(scores, n)),
      ];
      const mean = scores.reduce((a, b) => a + b, 0) / scores.length;
      for (const curve of [withIt, without]) {
        expect(curve[0]).toBeCloseTo(mean, 10);
        for (const [i, value] of curve.slice(1).entries()) expect(value).toBeGreaterThan((curve[i] ?? 0) - 1e-12);
      }
      expect(without.at(-1)).toBeCloseTo(Math.max(...scores), 10);
      for (const [i, value] of withIt.entries()) expect(value).toBeLessThan((without[i] ?? 0) + 1e-12);
    }),
  );
});

it('does not depend on the order of the trials', () => {
  fc.assert(
    fc.property(anyScores, fc.nat(39), (scores, at) => {
      const n = 1 + (at % scores.length);
      expect(expectedBestWithoutReplacement(scores.toReversed(), n)).toBe(expectedBestWithoutReplacement(scores, n));
      expect(expectedBestWithReplacement(scores.toReversed(), n)).toBe(expectedBestWithReplacement(scores, n));
    }),
  );
});

it('has none of no trials, of more than there are, or of a part of one', () => {
  expect(() => expectedBestWithReplacement([], 1)).toThrow(RangeError);
  expect(() => expectedBestWithoutReplacement([1, 2], 3)).toThrow(RangeError);
  expect(expectedBestWithReplacement([1, 2], 3)).toBe(1.875);
  for (const n of [0, 1.5, Number.NaN]) expect(() => expectedBestWithoutReplacement([1, 2], n)).toThrow(RangeError);
});
