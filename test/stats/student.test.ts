// Student's t, equivalence and power against SciPy and statsmodels: scripts/fixtures/statistics.py.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PairComparison } from '../../harness/stats/comparison.ts';
import { equivalenceWithin } from '../../harness/stats/equivalence.ts';
import { noncentralityOfPower, powerOf } from '../../harness/stats/power.ts';
import { resolutionOf } from '../../harness/stats/resolution.ts';
import { seedsCaution, studentInterval, tested } from '../../harness/stats/student-interval.ts';
import { figure, known, missing } from '../../harness/stats/summary.ts';
import { bothTails, tQuantile, upperTail } from '../../harness/stats/t-distribution.ts';
import { readFixture } from '../fixtures.ts';
import { expectNear } from './near.ts';

interface Fixture {
  readonly cases: readonly {
    readonly a: number[];
    readonly b: number[];
    readonly low: number;
    readonly high: number;
    readonly standardError: number;
    readonly p: number;
    readonly equivalence: readonly { readonly margin: number; readonly p: number }[];
  }[];
  readonly quantiles: readonly { readonly p: number; readonly df: number; readonly t: number }[];
  readonly tails: readonly { readonly t: number; readonly df: number; readonly upper: number; readonly both: number }[];
  readonly power: readonly { readonly n: number; readonly effect: number; readonly power: number }[];
  readonly shown: readonly { readonly n: number; readonly effect: number }[];
  readonly seeds: readonly { readonly effect: number; readonly n: number }[];
}

const FIXTURE = readFixture<Fixture>('stats/student.json');

/** A comparison of which equivalence asks only these. */
const pairOf = (effect: number, standardError: number, degreesOfFreedom: number): PairComparison => {
  const none = missing('not asked');
  const shares = { seeds: standardError ** 2, examples: 0, together: 0 };
  const [low, high] = [effect, effect];
  const overBoth = known({
    low,
    high,
    standardError,
    degreesOfFreedom,
    shares,
    examplesFreedom: 99,
    bootstrap: { low, high },
    p: 1,
  });
  const key = { a: 'a', b: 'b', seeds: [], caution: null, effect: figure(effect), overBoth };
  return { ...key, overSeeds: none, examplesTest: none, superiority: none, resolution: none };
};

test('quantiles and tails of the distribution', () => {
  for (const { p, df, t } of FIXTURE.quantiles) expectNear(tQuantile(p, df), t);
  for (const { t, df, upper, both } of FIXTURE.tails) {
    expectNear(upperTail(t, df), upper);
    expectNear(bothTails(t, df), both);
  }
  expectNear(tQuantile(0.975, Infinity), 1.959963984540054);
  expectNear(bothTails(1.959963984540054, Infinity), 0.05);
});

describe.each(FIXTURE.cases)('of $a.length paired seeds', ({ a, b, low, high, standardError, p, equivalence }) => {
  const differences = a.map((value, s) => value - (b[s] as number));
  const effect = differences.reduce((sum, d) => sum + d, 0) / differences.length;

  test('the interval and the test of the difference', () => {
    const { value } = studentInterval(differences);
    if (value === null) throw new Error('no interval');
    const interval = tested(effect, value);
    for (const [found, wanted] of [
      [interval.low, low],
      [interval.high, high],
      [interval.standardError, standardError],
      [interval.p, p],
    ] as const) {
      expectNear(found, wanted);
    }
    expect(interval.degreesOfFreedom).toBe(a.length - 1);
  });

  test('equivalence by two one-sided tests', () => {
    for (const { margin, p: wanted } of equivalence) {
      const { value } = equivalenceWithin(pairOf(effect, standardError, a.length - 1), margin);
      expectNear(value?.p, wanted);
      expect(value?.equivalent).toBe(wanted <= 0.05);
    }
  });
});

test('what there is no interval of says why; two seeds are said to be too few', () => {
  expect(studentInterval([])).toEqual({ value: null, reason: 'no seeds' });
  expect(studentInterval([0.5])).toEqual({ value: null, reason: 'one seed has no spread over seeds' });
  expect(studentInterval([0.5, 0.5, 0.5])).toEqual({ value: null, reason: 'the seeds do not differ' });
  // Their mean is 0.6999999999999998, and 0.7 - 0.6 is not 0.8 - 0.7 to the last bit.
  for (const equal of [
    [0.7, 0.7, 0.7],
    [0.7 - 0.6, 0.8 - 0.7],
  ]) {
    expect(studentInterval(equal)).toEqual({ value: null, reason: 'the seeds do not differ' });
  }
  expect(seedsCaution(2)).toMatch(/^two seeds are too few/);
  expect(seedsCaution(3)).toBeNull();
});

test('equivalence asks for a margin, and is missing with the reason of what it rests on', () => {
  expect(() => equivalenceWithin(pairOf(0, 1, 4), 0)).toThrow(RangeError);
  expect(() => equivalenceWithin(pairOf(0, 1, 4), Number.NaN)).toThrow(RangeError);
  const overBoth = missing('one seed has no spread over seeds');
  expect(equivalenceWithin({ ...pairOf(0, 1, 4), overBoth }, 0.1)).toEqual(overBoth);
});

test('power of the t test, and what is shown with 80 %', () => {
  for (const { n, effect, power } of FIXTURE.power) expectNear(powerOf(effect * Math.sqrt(n), n - 1), power);
  for (const { n, effect } of FIXTURE.shown) {
    // As near as the solver that made it goes.
    expect(noncentralityOfPower(n - 1) / Math.sqrt(n) / effect).toBeCloseTo(1, 5);
    expectNear(powerOf(noncentralityOfPower(n - 1), n - 1), 0.8);
  }
  expect(noncentralityOfPower(Infinity)).toBeCloseTo(1.959963984540054 + 0.8416212335729143, 4);
});

describe('resolution', () => {
  const design = { seeds: 5, examples: 400, sets: 1 };

  test('where seeds alone vary: seeds as statsmodels counts them', () => {
    for (const { effect, n } of FIXTURE.seeds) {
      // A deviation of 1 over seeds.
      const { smallest, seeds, examples } = resolutionOf(effect, { seeds: 1 / 5, examples: 0, together: 0 }, design);
      expect(seeds.value).toBe(Math.ceil(n));
      expectNear(smallest, noncentralityOfPower(4) / Math.sqrt(5));
      expect(examples).toEqual({
        value: null,
        reason: 'with these seeds no number of examples shows the difference that was seen',
      });
    }
  });

  test('where examples alone vary no seeds help, and examples count as the square of the difference', () => {
    const shares = { seeds: 0, examples: 0.02 ** 2, together: 0 };
    const { smallest, seeds, examples } = resolutionOf(0.02, shares, design);
    expect(seeds.reason).toBe('with these examples no number of seeds shows the difference that was seen');
    expect(smallest / 0.02).toBeCloseTo(2.81, 2);
    expect(Number(examples.value) / 400).toBeCloseTo((1.96 + 0.8416) ** 2, 0);
  });

  test('what is shown needs no more than there is, and a smaller difference more', () => {
    const shares = fc.record({
      seeds: fc.double({ min: 1e-8, max: 1e-3, noNaN: true }),
      examples: fc.double({ min: 1e-8, max: 1e-3, noNaN: true }),
      together: fc.double({ min: 1e-8, max: 1e-3, noNaN: true }),
    });
    fc.assert(
      fc.property(shares, (given) => {
        const { smallest } = resolutionOf(1, given, design);
        const shown = resolutionOf(smallest * 1.001, given, design);
        expect(shown.seeds.value).toBeLessThanOrEqual(5);
        expect(shown.examples.value).toBeLessThanOrEqual(400);
        const unseen = resolutionOf(-smallest / 1.001, given, design);
        expect(unseen.seeds.value ?? Infinity).toBeGreaterThan(5);
        expect(unseen.examples.value ?? Infinity).toBeGreaterThan(400);
      }),
      { seed: 1, numRuns: 30 },
    );
    expect(resolutionOf(0, { seeds: 1, examples: 1, together: 1 }, design).seeds.reason).toBe('no difference was seen');
  });
});
