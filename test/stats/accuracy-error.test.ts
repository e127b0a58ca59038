// The standard error of an accuracy: that of the sample mean of 0s and 1s, of sets and of what is taken over sets.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { metricOverSets } from '../../harness/metrics/over-sets.ts';
import { accuracyErrors, shareError } from '../../harness/stats/accuracy-error.ts';
import { sampleDeviation } from '../../harness/stats/summary.ts';

it('is the sample deviation of 0s and 1s over the root of their number', () => {
  fc.assert(
    fc.property(fc.array(fc.boolean(), { minLength: 2 }), (right) => {
      const deviation = sampleDeviation(right.map(Number)).value ?? Number.NaN;
      expect(shareError(right)).toBeCloseTo(deviation / Math.sqrt(right.length), 12);
    }),
  );
  expect([[], [true]].map((right) => shareError(right))).toEqual([null, null]);
});

it('is what lm-evaluation-harness gives of 0.2596 on 570 questions', () => {
  const right = Array.from({ length: 570 }, (_, i) => i < 148);
  expect(shareError(right)).toBeCloseTo(Math.sqrt((0.25965 * 0.74035) / 569), 6);
});

const SETS = [
  { name: 'a', right: [true, false, true, true] },
  { name: 'b', right: [false, false, true] },
  { name: 'c', right: [true, false] },
];
const GROUPS = { ab: ['a', 'b'] };

it.each(['first', 'mean', 'pooled'] as const)('has the names of the accuracies taken by %s', (overall) => {
  const scored = SETS.map(({ name, right }) => ({ name, items: right }));
  const metrics = metricOverSets(
    'acc',
    scored,
    (items) => items.filter(Boolean).length / items.length,
    overall,
    GROUPS,
  );
  expect(Object.keys(accuracyErrors('acc', SETS, overall, GROUPS))).toEqual(Object.keys(metrics));
});

it('adds up the errors of sets whose mean is taken, and pools examples that are pooled', () => {
  const [a, b, c] = SETS.map(({ right }) => shareError(right) ?? 0) as [number, number, number];
  expect(accuracyErrors('acc', SETS, 'mean', GROUPS)).toMatchObject({
    acc: Math.sqrt(a ** 2 + b ** 2 + c ** 2) / 3,
    'ab/acc': Math.sqrt(a ** 2 + b ** 2) / 2,
    'c/acc': c,
  });
  expect(accuracyErrors('acc', SETS, 'pooled').acc).toBe(shareError(SETS.flatMap(({ right }) => right)));
  expect(accuracyErrors('acc', SETS).acc).toBe(a);
});
