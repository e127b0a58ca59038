// How far weights went that were 0 before, as biases are: there is nothing to measure it by.
import { beforeAll, expect, it } from 'vitest';
import type { ModelSpec } from '../../../harness/contracts/model.ts';
import { tf, useBackend } from '../../../harness/tensor/index.ts';
import { weightChange } from '../../../harness/training/measure/weight-change.ts';

beforeAll(() => useBackend('onnx', { threads: 1 }));

const SPEC: ModelSpec = {
  ...{ family: 'encoder', architecture: 'bert', layers: 1, hidden: 4, heads: 1, intermediate: 8, vocab: 9 },
  ...{ maxPositions: 8, typeVocab: 2, layerNormEps: 1e-12, positionOffset: 0, padTokenId: 0, pooler: false },
};

const changeOf = (before: number[], after: number[]) => {
  const variable = tf.variable(tf.tensor1d(after));
  const model = { spec: SPEC, sites: [] };
  const whole = [{ name: 'bias', variable }];
  const { others } = weightChange(model, { read: () => Float32Array.from(before) }, { adapters: [], whole });
  variable.dispose();
  return others;
};

it('is the norm of the change over that of the weights', () => {
  expect(changeOf([3, 4], [3, 5])).toBeCloseTo(0.2, 6);
  expect(changeOf([3, 4], [3, 4])).toBe(0);
});

it('is not told of weights that were 0, for a record holds no infinite number', () => {
  expect(changeOf([0, 0], [0, 1])).toBeNull();
  expect(changeOf([0, 0], [0, 0])).toBe(0);
});
