// When a run's predictions hardly vary, and when that is no fault of theirs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collapseOf, collapseOverSets, predictedBy } from '../../harness/metrics/collapse.ts';
import { unreadableShare } from '../../harness/metrics/unreadable.ts';

const times = (count: number, value: number) => new Array<number>(count).fill(value);
const halves = (count: number) => Array.from({ length: count }, (_, i) => i % 2);

describe('classes', () => {
  it.each([
    ['one class for all', times(100, 1), halves(100), true],
    ['for all but 1 %', [...times(99, 1), 0], halves(100), true],
    ['for all but 2 %', [...times(98, 1), 0, 0], halves(100), false],
    ['for all but one of fifty', [...times(49, 1), 0], halves(50), false],
    ['no answer that could be read', times(20, -1), halves(20), true],
    ['the class of nearly all labels', times(100, 1), [...times(99, 1), 0], false],
    ['the class of 98 % of the labels', times(100, 1), [...times(98, 1), 0, 0], true],
    ['another class than that of all labels', times(100, 0), times(100, 1), true],
    ['a single prediction', [1], [0], false],
    ['none', [], [], false],
    ['both', halves(100), halves(100), false],
  ])('%s', (_what, predictions, labels, expected) => {
    expect(collapseOf(predictions, labels, 'class')).toBe(expected);
  });

  it('do not depend on their order or on what they are called', () => {
    const pairs = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })), {
      maxLength: 300,
    });
    fc.assert(
      fc.property(pairs, (examples) => {
        const of = (some: readonly (readonly [number, number])[]) =>
          collapseOf(
            some.map(([prediction]) => prediction),
            some.map(([, label]) => label),
            'class',
          );
        expect(of(examples.toReversed())).toBe(of(examples));
        expect(of(examples.map(([prediction, label]) => [7 - prediction, 7 - label]))).toBe(of(examples));
      }),
      { seed: 15 },
    );
  });
});

describe('values', () => {
  const labels = [0, 1, 2, 3, 4, 5];
  const spread = (share: number) => labels.map((label) => 2.5 + share * (label - 2.5));
  it.each([
    ['a constant', times(6, 2.5), labels, true],
    ['a spread of 0.9 % of the labels', spread(0.009), labels, true],
    ['of 1.1 %', spread(0.011), labels, false],
    ['the other way round', spread(-1), labels, false],
    ['a constant where the labels are', times(6, 2), times(6, 2), false],
    ['another constant than the labels', times(6, 1), times(6, 2), false],
  ])('%s', (_what, predictions, given, expected) => {
    expect(collapseOf(predictions, given, 'value')).toBe(expected);
  });
});

describe('several sets', () => {
  const of = (set: string, predictions: readonly number[]) =>
    predictions.map((prediction, i) => ({ set, prediction, label: i % 2 }));
  const predictions = [...of('one', times(8, 0)), ...of('two', halves(8))];
  const sets = ['one', 'two'];

  it('collapse each for itself, and overall as the primary metric is taken', () => {
    expect(collapseOverSets(predictions, sets, 'acc', 'first')).toEqual({ overall: true, sets: ['one'] });
    expect(collapseOverSets(predictions, sets, 'acc', 'pooled')).toEqual({ overall: false, sets: ['one'] });
    expect(collapseOverSets(predictions, sets, 'acc', 'mean')).toEqual({ overall: false, sets: ['one'] });
  });

  it('hold values where a correlation is taken', () => {
    expect(['pearson', 'spearman', 'accuracy', 'acc', 'matthews'].map(predictedBy)).toEqual([
      ...['value', 'value', 'class', 'class', 'class'],
    ]);
    expect(collapseOverSets(of('one', times(8, 0.5)), ['one'], 'pearson', 'first').overall).toBe(true);
  });
});

describe('answers that no rule could read', () => {
  it('are a share of what was generated', () => {
    const texts = [-1, 0, 1, -1].map((prediction) => ({ prediction, text: 'so' }));
    expect(unreadableShare(texts)).toBe(0.5);
    expect(unreadableShare([{ prediction: 0 }, { prediction: -1 }])).toBeNull();
  });
});
