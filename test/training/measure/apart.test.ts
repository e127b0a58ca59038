// Whose time is whose: what was recorded before a look is the run's, what the look asks for is the look's.
import { beforeAll, expect, it } from 'vitest';
import { backendStatistics, tf, useBackend } from '../../../harness/tensor/index.ts';
import { createApart } from '../../../harness/training/measure/apart.ts';

beforeAll(() => useBackend('onnx', { threads: 1 }));

it('has what was recorded computed before it looks, compilation included', () => {
  const apart = createApart();
  const x = tf.ones([300, 300]) as tf.Tensor2D;
  const [before, runsBefore] = [apart.compileSeconds(), backendStatistics()?.compileSeconds ?? 0];
  const product = tf.matMul(x, tf.tanh(x));
  // Nothing is computed yet: whoever reads first pays.
  expect(backendStatistics()?.compileSeconds ?? 0).toBe(runsBefore);
  const first = apart.measure(() => product.dataSync()[0]);
  expect(first).toBeCloseTo(300 * Math.tanh(1), 2);
  expect(apart.compileSeconds()).toBeGreaterThan(before);
  const own = apart.compileSeconds();
  apart.measure(() => tf.tanh(tf.matMul(x, product)).dataSync()[0]);
  expect(apart.compileSeconds()).toBe(own);
  expect(backendStatistics()?.compileSeconds).toBeGreaterThan(own);
});
