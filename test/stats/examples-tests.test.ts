// Exact tests and permutations against statsmodels, SciPy and full enumeration: scripts/fixtures/statistics.py.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MetricName } from '../../harness/metrics/index.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { permuteTask } from '../../harness/stats/permutation.ts';
import { signFlipTest } from '../../harness/stats/sign-flip.ts';
import { readFixture } from '../fixtures.ts';
import { expectNear } from './near.ts';

interface Exact {
  readonly mcnemar: readonly {
    readonly b: number;
    readonly c: number;
    readonly p: number;
    readonly midP: number;
  }[];
  readonly signFlip: readonly { readonly differences: number[]; readonly p: number; readonly midP: number }[];
}

interface Permutations {
  readonly cases: readonly {
    readonly measure: MetricName;
    readonly labels: number[];
    readonly a: number[][];
    readonly b: number[][];
    readonly p: number;
  }[];
}

const { mcnemar, signFlip } = readFixture<Exact>('stats/exact.json');
const { cases } = readFixture<Permutations>('stats/permutations.json');

test.each(mcnemar)('McNemar of $b and $c', ({ b, c, p, midP }) => {
  const differences = Int32Array.from([...Array(b).fill(1), ...Array(c).fill(-1), ...Array(7).fill(0)]);
  const found = signFlipTest(differences, 1);
  expect(found.test).toBe('mcnemar');
  expectNear(found.p, p);
  expectNear(found.midP, midP);
});

test.each(signFlip)('flipped signs of $differences', ({ differences, p, midP }) => {
  const found = signFlipTest(Int32Array.from(differences), 5);
  expect(found.test).toBe('sign-flip');
  expectNear(found.p, p);
  expectNear(found.midP, midP);
});

test('flipped signs do not ask for an order, nor which of the two is first', () => {
  const whole = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(whole, (values) => {
      const of = (some: readonly number[]) => signFlipTest(Int32Array.from(some), 3);
      expect(of(values.map((value) => -value))).toEqual(of(values));
      expect(of(values.toReversed())).toEqual(of(values));
      expect(of([...values, 0])).toEqual(of(values));
      expect(Number(of(values).midP)).toBeLessThanOrEqual(of(values).p);
    }),
    { seed: 2 },
  );
});

const PERMUTATIONS = 10_000;

function permuted(measure: MetricName, labels: readonly number[], a: number[][], b: number[][], name = 'swaps') {
  const parts = [{ start: 0, end: labels.length }];
  const runs = [...a, ...b].map((run) => Float64Array.from(run));
  const scores = { measure, labels: Float64Array.from(labels), runs, sets: parts, parts };
  const seeds = a.map((_, s) => s);
  const others = seeds.map((s) => a.length + s);
  return permuteTask(scores, streamsOf(0)(name), PERMUTATIONS).test(seeds, others);
}

describe.each(cases)('permutations of $measure, where all have p = $p', ({ measure, labels, a, b, p }) => {
  test('come within their Monte-Carlo error, four deviations of it', () => {
    const found = permuted(measure, labels, a, b);
    expect(Math.abs(found.p - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / PERMUTATIONS) + 1 / PERMUTATIONS);
    expect(found).toMatchObject({ test: 'permutation', midP: null });
  });

  test('do not ask which of the two is first', () => {
    expect(permuted(measure, labels, b, a)).toEqual(permuted(measure, labels, a, b));
  });

  test('reject nothing of two that are one', () => {
    expect(permuted(measure, labels, a, a).p).toBe(1);
  });
});

test('permutations of accuracy agree with the exact test', () => {
  const stream = streamsOf(3)('labels');
  const labels = Array.from({ length: 203 }, () => stream.integer(3));
  const guesses = (rate: number) => labels.map((label) => (stream.uniform(0, 1) < rate ? label : stream.integer(3)));
  const [a, b] = [
    [guesses(0.6), guesses(0.6)],
    [guesses(0.52), guesses(0.5)],
  ];
  const right = (runs: number[][], i: number) => runs.filter((run) => run[i] === labels[i]).length;
  const exact = signFlipTest(
    Int32Array.from(labels, (_, i) => right(a, i) - right(b, i)),
    2,
  );
  const found = permuted('accuracy', labels, a, b);
  expect(Math.abs(found.p - exact.p)).toBeLessThan(4 * Math.sqrt((exact.p * (1 - exact.p)) / PERMUTATIONS) + 1e-4);
});
