// Figures over several evaluation sets, against shares counted by hand.
import { expect, it } from 'vitest';
import { metricOverSets } from '../../harness/metrics/over-sets.ts';

const set = (name: string, right: number, wrong: number) => ({
  name,
  right: [...Array.from({ length: right }, () => true), ...Array.from({ length: wrong }, () => false)],
});
const SETS = [set('a', 1, 1), set('b', 3, 1), set('c', 0, 4)];
const GROUPS = { most: ['a', 'b'], rest: ['c'] };

it('is the first set where nothing is said, the others beside it', () => {
  expect(metricOverSets('acc', SETS)).toEqual({ primary: 0.5, all: { acc: 0.5, 'b/acc': 0.75, 'c/acc': 0 } });
});

it('is the mean of sets, and of those of a group', () => {
  expect(metricOverSets('acc', SETS, 'mean', GROUPS)).toEqual({
    primary: 1.25 / 3,
    all: { acc: 1.25 / 3, 'a/acc': 0.5, 'b/acc': 0.75, 'c/acc': 0, 'most/acc': 0.625, 'rest/acc': 0 },
  });
});

it('is the share of all examples, and of those of a group', () => {
  expect(metricOverSets('acc', SETS, 'pooled', GROUPS)).toEqual({
    primary: 0.4,
    all: { acc: 0.4, 'a/acc': 0.5, 'b/acc': 0.75, 'c/acc': 0, 'most/acc': 4 / 6, 'rest/acc': 0 },
  });
});

it('is null where there is nothing to score', () => {
  const sets = [set('a', 0, 0), set('b', 1, 0)];
  expect(metricOverSets('acc', sets, 'mean').all).toEqual({ acc: null, 'a/acc': null, 'b/acc': 1 });
  expect(metricOverSets('acc', sets, 'pooled').primary).toBe(1);
  expect(metricOverSets('acc', sets).primary).toBeNull();
  expect(metricOverSets('acc', [], 'mean').primary).toBeNull();
});

it('refuses a group of a set that there is not', () => {
  expect(() => metricOverSets('acc', SETS, 'mean', { most: ['d'] })).toThrow(/the group most has the set d/);
});
