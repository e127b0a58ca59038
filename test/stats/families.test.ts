// Holm, shares of seeds, means over tasks, baselines and letters: against statsmodels, SciPy, scikit-learn and properties.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { streamsOf } from '../../harness/random/streams.ts';
import { baselinesOf } from '../../harness/stats/baselines.ts';
import { percentileInterval } from '../../harness/stats/hierarchical-bootstrap.ts';
import { holm } from '../../harness/stats/holm.ts';
import { compactLetters } from '../../harness/stats/letters.ts';
import { interquartileMean, overTasks } from '../../harness/stats/over-tasks.ts';
import { superiority } from '../../harness/stats/superiority.ts';
import { readFixture } from '../fixtures.ts';
import { expectNear } from './near.ts';

interface Baseline {
  readonly majority: number;
  readonly chance: number;
}

interface Fixture {
  readonly holm: readonly { readonly p: number[]; readonly adjusted: number[] }[];
  readonly shares: readonly {
    readonly wins: number;
    readonly losses: number;
    readonly ties: number;
    readonly low: number;
    readonly high: number;
  }[];
  readonly interquartileMeans: readonly { readonly values: number[]; readonly mean: number }[];
  readonly percentiles: readonly { readonly values: number[]; readonly low: number; readonly high: number }[];
  readonly ranks: { readonly scores: number[][]; readonly meanRanks: number[] };
  readonly baselines: readonly {
    readonly labels: number[];
    readonly accuracy: Baseline;
    readonly matthews: Baseline;
    readonly f1?: Baseline;
  }[];
}

const FIXTURE = readFixture<Fixture>('stats/families.json');

test.each(FIXTURE.holm)('Holm of $p.length', ({ p, adjusted }) => {
  for (const [i, value] of holm(p).entries()) expectNear(value, adjusted[i] as number);
});

test('Holm keeps the order, adjusts upwards, and does not ask how hypotheses are listed', () => {
  const p = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(p, (values) => {
      const adjusted = holm(values);
      for (const [i, value] of values.entries()) {
        expect(adjusted[i]).toBeGreaterThanOrEqual(value);
        expect(adjusted[i]).toBeLessThanOrEqual(1);
        for (const [j, other] of values.entries()) {
          if (value <= other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j] as number);
        }
      }
      expect(holm(values.toReversed())).toEqual(adjusted.toReversed());
    }),
    { seed: 5 },
  );
  expect(holm([])).toEqual([]);
});

test.each(FIXTURE.shares)('P(A > B) of $wins wins, $losses losses, $ties ties', ({ wins, losses, ties, low, high }) => {
  const of = (some: readonly [number, number, number]) =>
    superiority(some.flatMap((count, kind) => Array<number>(count).fill(kind - 1))).value;
  const found = of([losses, ties, wins]);
  expect(found).toMatchObject({ wins, losses, ties, probability: (wins + ties / 2) / (wins + losses + ties) });
  expectNear(found?.low, low);
  expectNear(found?.high, high);
  const other = of([wins, ties, losses]);
  expectNear(other?.probability, 1 - Number(found?.probability));
  expectNear(1 - Number(other?.low), high);
});

test('P(A > B) of one seed is missing', () => {
  expect(superiority([0.1])).toEqual({ value: null, reason: 'one seed has no share of seeds' });
  expect(superiority([]).reason).toBe('no seeds');
});

test('the interquartile mean and percentiles', () => {
  for (const { values, mean } of FIXTURE.interquartileMeans) {
    expectNear(interquartileMean(Float64Array.from(values)), mean);
  }
  for (const { values, low, high } of FIXTURE.percentiles) {
    const interval = percentileInterval(Float64Array.from(values));
    expectNear(interval.low, low);
    expectNear(interval.high, high);
  }
});

describe('over tasks', () => {
  const { scores, meanRanks } = FIXTURE.ranks;
  const tasks = scores.map((_, t) => `task-${t}`);
  const methods = meanRanks.map((_, m) => ({
    label: `m${m}`,
    tasks: scores.map((ofTask) => [Number(ofTask[m]) - 0.01, Number(ofTask[m]) + 0.01]),
  }));

  test('mean ranks, their stability, interquartile means and profiles', () => {
    const over = overTasks(tasks, methods, streamsOf(0));
    for (const [m, wanted] of meanRanks.entries()) {
      const { meanRank, interquartileMean: middle, profile } = over.methods[m] as (typeof over.methods)[number];
      expectNear(meanRank.value.value, wanted);
      expect(meanRank.interval.value?.low).toBeLessThanOrEqual(wanted);
      expect(meanRank.interval.value?.high).toBeGreaterThanOrEqual(wanted);
      expect(middle.interval.value?.low).toBeLessThan(Number(middle.value.value));
      expect(middle.interval.value?.high).toBeGreaterThan(Number(middle.value.value));
      expect(profile.value).toEqual(profile.value?.toSorted((a, b) => b - a));
      expect(profile.value?.at(-1)).toBe(0);
    }
    expectNear(
      over.methods.reduce((sum, { first }) => sum + Number(first.value), 0),
      1,
    );
    expect(overTasks(tasks, methods, streamsOf(0))).toEqual(over);
  });

  test('a method without a score on a task is missing by its name, and no rank counts it', () => {
    const gap = { label: 'gap', tasks: methods[0]?.tasks.map((own, t) => (t === 2 ? null : own)) ?? [] };
    const over = overTasks(tasks, [...methods, gap], streamsOf(0));
    const none = { value: null, reason: 'no score on task-2' };
    expect(over.methods.at(-1)).toMatchObject({
      profile: none,
      first: none,
      meanRank: { value: none, interval: none },
    });
    expect(over.methods.slice(0, -1)).toEqual(overTasks(tasks, methods, streamsOf(0)).methods);
  });

  test('one task, and one seed, have no spread', () => {
    const [one] = overTasks(['t'], [{ label: 'a', tasks: [[0.5]] }], streamsOf(0)).methods;
    expect(one).toMatchObject({
      interquartileMean: { value: { value: 0.5 }, interval: { reason: 'one seed a task has no spread' } },
      meanRank: { value: { value: 1 }, interval: { reason: 'one task has no other tasks to be drawn' } },
    });
  });
});

test.each(FIXTURE.baselines)('what needs no model, of $labels.length labels', ({ labels, ...wanted }) => {
  for (const measure of ['accuracy', 'f1', 'matthews'] as const) {
    const of = wanted[measure];
    if (of === undefined) continue;
    const sets = [{ name: 'validation', ids: [], labels: Float64Array.from(labels) }];
    const found = baselinesOf({ measure, overall: 'first', sets });
    expectNear(found.majority.value, of.majority);
    // The reference guesses 4,000 times; the expected F1 is taken of expected counts.
    expect(found.chance.value).toBeCloseTo(of.chance, 2);
    expect(found.mean.reason).toBe('labels are classes, not scores');
  }
});

test('what needs no model, of scores, and of the mean of two sets', () => {
  const set = (labels: readonly number[]) => ({ name: String(labels), ids: [], labels: Float64Array.from(labels) });
  const ofScores = baselinesOf({ measure: 'pearson', overall: 'first', sets: [set([0.5, 2])] });
  expect(ofScores).toMatchObject({ chance: { value: 0 }, mean: { reason: 'pearson is undefined of a constant' } });
  const sets = [set([1, 1, 1, 0]), set([0, 1])];
  expect(baselinesOf({ measure: 'accuracy', overall: 'mean', sets }).majority.value).toBe((3 / 4 + 1 / 2) / 2);
  expect(baselinesOf({ measure: 'accuracy', overall: 'pooled', sets }).majority.value).toBe(4 / 6);
  // Sets of four options and of two, as ARC and BoolQ in a mix.
  const unequal = [set([0, 1, 2, 3]), set([0, 1])];
  expect(baselinesOf({ measure: 'accuracy', overall: 'mean', sets: unequal }).chance.value).toBe((1 / 4 + 1 / 2) / 2);
});

describe('letters', () => {
  test('of three, of which the middle one is told apart from none', () => {
    expect(compactLetters(['a', 'b', 'c'], (x, y) => x === 'a' && y === 'c')).toEqual(['a', 'ab', 'b']);
    expect(compactLetters(['a', 'b'], () => false)).toEqual(['a', 'a']);
    expect(compactLetters(['a', 'b'], () => true)).toEqual(['a', 'b']);
    expect(compactLetters([], () => true)).toEqual([]);
  });

  test('are shared by those that are not told apart, and by no others', () => {
    const labels = ['p', 'q', 'r', 's', 't', 'u'];
    fc.assert(
      fc.property(fc.array(fc.boolean(), { minLength: 36, maxLength: 36 }), (drawn) => {
        const differ = (x: string, y: string) => {
          const [i, j] = [labels.indexOf(x), labels.indexOf(y)].sort((a, b) => a - b) as [number, number];
          return i !== j && (drawn[6 * i + j] as boolean);
        };
        const letters = compactLetters(labels, differ);
        for (const [i, x] of labels.entries()) {
          for (const [j, y] of labels.entries()) {
            const shared = [...(letters[i] as string)].some((letter) => letters[j]?.includes(letter));
            expect(shared).toBe(!differ(x, y));
          }
        }
      }),
      { seed: 6 },
    );
  });
});
