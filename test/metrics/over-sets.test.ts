// Figures over several evaluation sets, against shares counted by hand.
import { expect, it } from 'vitest';
import { metricOverSets, type Overall, type ScoredSet, type SetGroups } from '../../harness/metrics/over-sets.ts';

const set = (name: string, right: number, wrong: number) => ({
  name,
  items: [...Array.from({ length: right }, () => true), ...Array.from({ length: wrong }, () => false)],
});
const over = (sets: readonly ScoredSet<boolean>[], overall?: Overall, groups?: SetGroups) =>
  metricOverSets(
    'acc',
    sets,
    (right) => (right.length === 0 ? null : right.filter(Boolean).length / right.length),
    overall,
    groups,
  );
const SETS = [set('a', 1, 1), set('b', 3, 1), set('c', 0, 4)];
const GROUPS = { most: ['a', 'b'], rest: ['c'] };

it('is the first set where nothing is said, the others beside it', () => {
  expect(over(SETS)).toEqual({ acc: 0.5, 'b/acc': 0.75, 'c/acc': 0 });
});

it('is the mean of sets, and of those of a group', () => {
  expect(over(SETS, 'mean', GROUPS)).toEqual({
    acc: 1.25 / 3,
    'a/acc': 0.5,
    'b/acc': 0.75,
    'c/acc': 0,
    'most/acc': 0.625,
    'rest/acc': 0,
  });
});

it('is the share of all examples, and of those of a group', () => {
  expect(over(SETS, 'pooled', GROUPS)).toEqual({
    acc: 0.4,
    'a/acc': 0.5,
    'b/acc': 0.75,
    'c/acc': 0,
    'most/acc': 4 / 6,
    'rest/acc': 0,
  });
});

it('is null where there is nothing to score', () => {
  const sets = [set('a', 0, 0), set('b', 1, 0)];
  expect(over(sets, 'mean')).toEqual({ acc: null, 'a/acc': null, 'b/acc': 1 });
  expect(over(sets, 'pooled').acc).toBe(1);
  expect(over(sets).acc).toBeNull();
  expect(over([], 'mean').acc).toBeNull();
});

it('refuses a group of a set that there is not', () => {
  expect(() => over(SETS, 'mean', { most: ['d'] })).toThrow(/the group most has the set d/);
});
