// Every metric against scikit-learn and scipy (test/fixtures/metrics, made by scripts/fixtures/metrics.py), and its laws.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRIC_NAMES, METRICS, type MetricName } from '../../harness/metrics/index.ts';
import { averageRanks } from '../../harness/metrics/spearman.ts';

interface Case {
  readonly name: string;
  readonly predictions: number[];
  readonly labels: number[];
  readonly ranks?: number[];
}
type Expected = Partial<Record<MetricName, number | null>>;

const fixture: { classes: (Case & Expected)[]; scores: (Case & Expected)[] } = JSON.parse(
  readFileSync(new URL('../fixtures/metrics/metrics.json', import.meta.url), 'utf8'),
);
const cases = [...fixture.classes, ...fixture.scores];

describe.each(METRIC_NAMES)('%s', (name) => {
  const metric = METRICS[name];
  const known = cases.filter((one) => name in one);

  it('has cases to be checked against', () => expect(known.length).toBeGreaterThan(8));

  it.each(known)('agrees with scikit-learn and scipy: $name', (one) => {
    const expected = one[name] ?? null;
    const actual = metric(one.predictions, one.labels);
    if (expected === null) expect(actual).toBeNull();
    // toBeCloseTo takes null for 0.
    else expect(actual ?? Number.NaN).toBeCloseTo(expected, 10);
  });

  it('is null where there is nothing to score', () => expect(metric([], [])).toBeNull());

  it('refuses predictions and labels of different lengths', () => {
    expect(() => metric([1, 0], [1])).toThrow(RangeError);
  });
});

describe('undefined values', () => {
  it.each([['pearson'], ['spearman']] as const)('%s is null for a NaN and for one pair', (name) => {
    expect(METRICS[name]([1, Number.NaN, 3], [1, 2, 3])).toBeNull();
    expect(METRICS[name]([1], [2])).toBeNull();
  });

  it('pearson is null for an infinite score, spearman ranks it', () => {
    expect(METRICS.pearson([1, 2, Number.POSITIVE_INFINITY], [1, 2, 3])).toBeNull();
    expect(METRICS.spearman([1, 2, Number.POSITIVE_INFINITY], [1, 2, 3])).toBe(1);
  });

  it('f1 refuses a third class', () => expect(() => METRICS.f1([0, 2], [0, 1])).toThrow(/classes 0 and 1, not 2/));
});

describe('average ranks', () => {
  it.each(fixture.scores)('agree with scipy: $name', ({ predictions, ranks }) => {
    expect(averageRanks(predictions)).toEqual(ranks);
  });
});

const score = fc.integer({ min: -1000, max: 1000 }).map((value) => value / 8);
const pairs = (value: fc.Arbitrary<number>) => fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 60 });
const unzip = (rows: [number, number][]): [number[], number[]] => [rows.map(([p]) => p), rows.map(([, l]) => l)];
const same = (a: number | null, b: number | null) =>
  a === null || b === null ? expect(a).toBe(b) : expect(a).toBeCloseTo(b, 8);

describe('laws', () => {
  it.each(METRIC_NAMES)('%s of finite values, however large or small, is finite or null', (name) => {
    const extreme = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(3.4e38, -3.4e38, 1e-45),
    );
    const value = name === 'pearson' || name === 'spearman' ? extreme : fc.nat(1);
    fc.assert(
      fc.property(pairs(value), (rows) => {
        const found = METRICS[name](...unzip(rows));
        if (found !== null) expect(Math.abs(found)).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  it.each([['pearson'], ['spearman'], ['matthews']] as const)('%s is symmetric and within [-1, 1]', (name) => {
    const value = name === 'matthews' ? fc.nat(3) : score;
    fc.assert(
      fc.property(pairs(value), (rows) => {
        const [predictions, labels] = unzip(rows);
        const r = METRICS[name](predictions, labels);
        same(r, METRICS[name](labels, predictions));
        if (r !== null) expect(Math.abs(r)).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });

  it('pearson does not change under a positive linear map and flips under a negative one', () => {
    fc.assert(
      fc.property(pairs(score), fc.constantFrom(0.5, 2, 4), fc.integer({ min: -8, max: 8 }), (rows, slope, shift) => {
        const [predictions, labels] = unzip(rows);
        const r = METRICS.pearson(predictions, labels);
        const mapped = (sign: number) => predictions.map((value) => sign * slope * value + shift);
        same(METRICS.pearson(mapped(1), labels), r);
        same(METRICS.pearson(mapped(-1), labels), r === null ? null : -r);
      }),
    );
  });

  it('spearman does not change under a monotone map', () => {
    fc.assert(
      fc.property(pairs(score), (rows) => {
        const [predictions, labels] = unzip(rows);
        const cubes = predictions.map((value) => value ** 3);
        same(METRICS.spearman(cubes, labels), METRICS.spearman(predictions, labels));
      }),
    );
  });

  it.each(METRIC_NAMES)('%s does not depend on the order of the examples', (name) => {
    const value = name === 'pearson' || name === 'spearman' ? score : fc.nat(1);
    fc.assert(
      fc.property(pairs(value), (rows) => {
        const forwards = METRICS[name](...unzip(rows));
        same(METRICS[name](...unzip(rows.toReversed())), forwards);
      }),
    );
  });

  it.each([['accuracy'], ['f1'], ['matthews']] as const)(
    '%s of perfect predictions is 1 where both classes occur',
    (name) => {
      fc.assert(
        fc.property(fc.array(fc.nat(1), { maxLength: 40 }), (rest) => {
          const labels = [0, 1, ...rest];
          expect(METRICS[name](labels, labels)).toBeCloseTo(1, 12);
        }),
      );
    },
  );
});
