// Masks of dropout: rates, independence of neighbours, and that key, rate and size alone decide them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropMask } from '../../harness/random/drop-mask.ts';

const kept = (bytes: Int32Array, size: number): number[] =>
  Array.from({ length: size }, (_, i) => ((bytes[i >> 3] as number) >> (i & 7)) & 1);

describe('a mask', () => {
  it.each([0.001, 0.05, 0.1, 0.3, 0.5, 0.7, 0.95])(
    'drops at the rate %d, each element alike, whatever its neighbour',
    (rate) => {
      const size = 400_000;
      const mask = kept(dropMask([1, 2], rate, size), size);
      const shareOf = (values: readonly number[]) => values.filter((value) => value === 0).length / values.length;
      const deviation = Math.sqrt((rate * (1 - rate)) / size);
      expect(Math.abs(shareOf(mask) - rate)).toBeLessThan(4.5 * deviation);
      // Behind a dropped one, and at each place of a byte.
      const behind = mask.filter((_, i) => i > 0 && mask[i - 1] === 0);
      expect(Math.abs(shareOf(behind) - rate)).toBeLessThan((4.5 * deviation) / Math.sqrt(rate));
      for (let bit = 0; bit < 8; bit++) {
        const there = mask.filter((_, i) => i % 8 === bit);
        expect(Math.abs(shareOf(there) - rate)).toBeLessThan(4.5 * deviation * Math.sqrt(8));
      }
    },
  );

  it('is a function of key, rate and size, and begins alike whatever the size', () => {
    const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
    const cases = fc.record({ key: fc.tuple(word, word), rate: fc.double({ min: 0.01, max: 0.99, noNaN: true }) });
    fc.assert(
      fc.property(cases, fc.integer({ min: 1, max: 3000 }), ({ key, rate }, size) => {
        const mask = kept(dropMask(key, rate, size), size);
        expect(kept(dropMask(key, rate, size), size)).toEqual(mask);
        expect(kept(dropMask(key, rate, size + 77), size)).toEqual(mask);
      }),
      { numRuns: 60, seed: 5 },
    );
    expect(dropMask([1, 2], 0.5, 800)).not.toEqual(dropMask([2, 2], 0.5, 800));
    expect(dropMask([1, 2], 0.5, 800)).not.toEqual(dropMask([1, 3], 0.5, 800));
  });
});
