// The tensorflow backend, held to what every backend owes and compared with onnx, where its package is installed.
import { afterAll, expect, test } from 'vitest';
import { describeBackend, probeBackend, useBackend } from '../../harness/tensor/index.ts';
import { backendContract, type Subject } from './backend-suite.ts';

const THREADS = 2;
const onnx: Subject = { name: 'onnx on cpu', use: () => useBackend('onnx', { threads: THREADS }) };
const probe = probeBackend('tensorflow', { threads: THREADS });

afterAll(() => useBackend('onnx', { threads: THREADS }));

test('tensorflow is here', ({ skip }) => {
  if (!probe.works) skip(probe.reason);
  useBackend('tensorflow', { threads: THREADS });
  expect(describeBackend()).toEqual({
    backend: 'tensorflow',
    device: expect.stringMatching(/^(cpu|cuda)$/),
    runtime: expect.stringMatching(/^@tensorflow\/tfjs-node(-gpu)? 4\.\d+\.\d+ \(TensorFlow \d+\.\d+\.\d+\)$/),
  });
});

if (probe.works) {
  const use = () => useBackend('tensorflow', { threads: THREADS });
  backendContract({ name: `tensorflow on ${probe.device}`, use }, onnx);
}
