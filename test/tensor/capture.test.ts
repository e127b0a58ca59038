// Captured computations: what a replay computes, what it may not do, and that it holds on to nothing.
import { beforeAll, describe, expect, it } from 'vitest';
import { capture, feed, tf, useBackend } from '../../harness/tensor/index.ts';
import type { OnnxBackend } from '../../harness/tensor/onnx/backend.ts';

beforeAll(() => useBackend('onnx', { threads: 2 }));

const first = (tensors: readonly tf.Tensor[]): number[] => {
  const values = Array.from((tensors[0] as tf.Tensor).dataSync());
  for (const tensor of tensors) tensor.dispose();
  return values;
};

describe('a captured computation', () => {
  it('takes what is fed, and variables as they are at each run', () => {
    let content = Float32Array.of(1, 2);
    const variable = tf.variable(tf.tensor1d([10, 20]));
    const program = capture(() => [
      tf.mul(
        tf.add(
          feed([2], 'float32', () => content),
          variable,
        ),
        2,
      ),
    ]);
    expect(first(program.run())).toEqual([22, 44]);
    content = Float32Array.of(3, 4);
    expect(first(program.run())).toEqual([26, 48]);
    tf.tidy(() => variable.assign(tf.add(variable, 1)));
    expect(first(program.run())).toEqual([28, 50]);
  });

  it('keeps other tensors as they were, disposed or not', () => {
    const held = tf.mul(tf.tensor1d([1, 2, 3]), 2);
    const program = capture(() => [tf.add(held, tf.tensor1d([1, 1, 1]))]);
    held.dispose();
    // The memory of what was disposed goes to what is computed next.
    const other = tf.mul(tf.tensor1d([9, 9, 9]), 9);
    other.dataSync();
    expect(first(program.run())).toEqual([3, 5, 7]);
    other.dispose();
  });

  it('gives an input back as a result', () => {
    const variable = tf.variable(tf.tensor1d([5]));
    expect(first(capture(() => [tf.reshape(variable, [1, 1])]).run())).toEqual([5]);
  });

  it('may not read a value', () => {
    const variable = tf.variable(tf.tensor1d([5]));
    expect(() =>
      capture(() => [tf.mul(variable, (variable.square().dataSync() as Float32Array)[0] as number)]),
    ).toThrow(/while a step was traced/);
    expect(first([tf.square(variable)])).toEqual([25]);
  });

  it('is traced anew each time where a kernel runs on the host', () => {
    const variable = tf.variable(tf.tensor1d([3, 1, 2]));
    const program = capture(() => [tf.unique(variable).values]);
    expect(first(program.run())).toEqual([3, 1, 2]);
    tf.tidy(() => variable.assign(tf.tensor1d([4, 4, 4])));
    expect(first(program.run())).toEqual([4]);
  });

  it('holds no more memory after a thousand runs than after ten', () => {
    const variable = tf.variable(tf.ones([512, 256]));
    const batch = new Float32Array(64 * 512).fill(0.5);
    const program = capture(() => {
      const x = feed([64, 512], 'float32', () => batch);
      const { value, grads } = tf.variableGrads(
        () => tf.mean(tf.square(tf.matMul(x as tf.Tensor2D, variable as tf.Tensor2D))) as tf.Scalar,
        [variable],
      );
      return [value, grads[variable.name] as tf.Tensor];
    });
    const run = (times: number) => {
      for (let i = 0; i < times; i++) for (const tensor of program.run()) tensor.dispose();
      return { tensors: tf.memory().numTensors, bytes: tf.memory().numBytes, ids: tf.backend().numDataIds() };
    };
    const early = run(10);
    const resident = process.memoryUsage().rss;
    expect(run(1000)).toEqual(early);
    // A single gradient is half a mebibyte: a thousand of them kept would be 500.
    expect(process.memoryUsage().rss - resident).toBeLessThan(64 * 2 ** 20);
    expect((tf.backend() as OnnxBackend).statistics.traces).toBeGreaterThan(0);
  });
});
