// The onnx backend on webgpu, held to what every backend owes and compared with the cpu, where there is an adapter.
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { adamw, capture, describeBackend, feed, probeBackend, tf, useBackend } from '../../harness/tensor/index.ts';
import { OnnxBackend } from '../../harness/tensor/onnx/backend.ts';
import { DeviceBuffer } from '../../harness/tensor/onnx/memory.ts';
import { backendContract, type Subject } from './backend-suite.ts';

const THREADS = 2;
const cpu: Subject = { name: 'onnx on cpu', use: () => useBackend('onnx', { threads: THREADS }) };
const webgpu: Subject = {
  name: 'onnx on webgpu',
  use: () => useBackend('onnx', { threads: THREADS, device: 'webgpu' }),
};
const probe = probeBackend('onnx', { threads: THREADS, device: 'webgpu' });

afterAll(() => cpu.use());

test('webgpu is here', ({ skip }) => {
  if (!probe.works) skip(probe.reason);
  webgpu.use();
  expect(describeBackend()).toEqual({
    backend: 'onnx',
    device: 'webgpu',
    runtime: expect.stringMatching(/^onnxruntime-node \d+\.\d+\.\d+$/),
  });
});

if (probe.works) {
  backendContract(webgpu, cpu);

  describe('memory on webgpu', () => {
    beforeAll(() => webgpu.use());

    it.each<[what: string, make: () => tf.Tensor, values: readonly number[]]>([
      ['float32', () => tf.tensor1d([1.5, -2]), [1.5, -2]],
      ['int32', () => tf.tensor1d([2 ** 31 - 1, -(2 ** 31)], 'int32'), [2 ** 31 - 1, -(2 ** 31)]],
      ['bool', () => tf.tensor1d([true, false, true], 'bool'), [1, 0, 1]],
      ['a number', () => tf.scalar(3), [3]],
      ['nothing', () => tf.zeros([0, 3]), []],
    ])('keeps %s as it is', (_what, make, values) => {
      const tensor = make();
      const backend = tf.backend() as OnnxBackend;
      expect(backend.memoryOf(tensor)).toBeInstanceOf(DeviceBuffer);
      expect(Array.from(tensor.dataSync())).toEqual(values);
      expect(Array.from(tf.clone(tensor).dataSync())).toEqual(values);
    });

    it('holds weights, moments and gradients from step to step, updated where they are', () => {
      const backend = tf.backend() as OnnxBackend;
      expect(backend).toBeInstanceOf(OnnxBackend);
      const variable = tf.variable(tf.ones([300, 1000]));
      const moments = { first: tf.variable(tf.zeros([300, 1000])), second: tf.variable(tf.zeros([300, 1000])) };
      const program = capture(() => {
        const x = feed([2, 300], 'float32', () => new Float32Array(600).fill(0.5)) as tf.Tensor2D;
        const { value, grads } = tf.variableGrads(
          () => tf.mean(tf.square(tf.matMul(x, variable as tf.Tensor2D))) as tf.Scalar,
          [variable],
        );
        return [value, grads[variable.name] as tf.Tensor];
      });
      const rates = { learningRate: 0.1, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, gradientScale: 1 };
      const held: unknown[] = [];
      const losses = [1, 2, 3].map((step) => {
        const [loss, gradient] = program.run() as [tf.Tensor, tf.Tensor];
        adamw([{ variable, gradient, moments, scalars: { ...rates, step } }]);
        held.push([variable, moments.first, moments.second, gradient].map((each) => backend.memoryOf(each)));
        const [value] = loss.dataSync();
        tf.dispose([loss, gradient]);
        return value as number;
      });
      // All weights move by about the learning rate, and the loss is the square of their sum's half.
      expect(losses.map((loss) => Math.sqrt(loss))).toEqual([150, 135, 120].map((root) => expect.closeTo(root, 0)));
      for (const content of held.flat()) expect(content).toBeInstanceOf(DeviceBuffer);
      for (const [i, content] of (held[2] as unknown[]).entries()) expect(content).toBe((held[0] as unknown[])[i]);
    });
  });
}
