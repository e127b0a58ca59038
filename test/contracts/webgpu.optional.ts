// The onnx backend on webgpu, held to what every backend owes and compared with the cpu, where there is an adapter.
import { afterAll, expect, test } from 'vitest';
import { describeBackend, probeBackend, useBackend } from '../../harness/tensor/index.ts';
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

if (probe.works) backendContract(webgpu, cpu);
