// The tensorflow backend, held to what every backend owes and compared with onnx, where its package is installed.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { describeBackend, probeBackend, useBackend } from '../../harness/tensor/index.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { backendContract, type Subject } from './backend-suite.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
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

test('a worker, which is bundled without the parts of TensorFlow.js that nothing uses, computes on it', ({ skip }) => {
  if (!probe.works) skip(probe.reason);
  const study = {
    name: 'worker',
    models: [fixturePath('encoder/tiny-bert')],
    methods: [{ method: 'lora', learningRate: 1e-3 }],
    tasks: [{ task: 'glue/stsb', limitTrain: 8, limitEval: 8 }],
    seeds: [0],
    training: { maxLength: 32 },
  };
  const folder = temporaryFolder({ 'study.json': JSON.stringify(study) });
  const args = ['--import', 'tsx', 'harness/cli/main.ts', 'run', folder, '--backend', 'tensorflow', '--json'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ failed: 0 });
}, 60_000);

if (probe.works) {
  const use = () => useBackend('tensorflow', { threads: THREADS });
  backendContract({ name: `tensorflow on ${probe.device}`, use }, onnx);
}
