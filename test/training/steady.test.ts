// A thousand steps take no more memory than the first four hundred: tensors, their bytes, and what the process holds.
import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { TrainingSchema } from '../../harness/contracts/run-config.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import { createHead } from '../../harness/models/head.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { tf, useBackend } from '../../harness/tensor/index.ts';
import { seededDropout } from '../../harness/training/dropout.ts';
import type { ExampleBatch } from '../../harness/training/examples.ts';
import { AS_THEY_ARE } from '../../harness/training/label-scale.ts';
import { taskObjective } from '../../harness/training/objective.ts';
import { createTrainer } from '../../harness/training/train.ts';
import { METHODS } from '../../methods/index.ts';
import { tinyEncoder } from '../fixtures.ts';

const [STEPS, SETTLED] = [1000, 400];
const LENGTHS = [8, 16, 24];
/** What V8 and malloc hold back for later comes and goes by tens of megabytes. */
const GROWTH = 64 * 2 ** 20;

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

beforeAll(() => useBackend('onnx', { threads: 1 }));

function batchOf(length: number, vocab: number): ExampleBatch {
  const [size, cells] = [2, 2 * length];
  const ids = Int32Array.from({ length: cells }, (_, i) => (7 * i) % vocab);
  const tokens = { size, length, ids, typeIds: new Int32Array(cells), mask: new Float32Array(cells) };
  const examples = Array.from({ length: size }, (_, i) => ({ id: `${i}`, label: i % 2, sequences: [], length }));
  return { examples, options: 1, tokens };
}

it.each(METHODS.map((method) => [method.name, method] as const))('%s', async (_name, method) => {
  const encoder = await tinyEncoder('tiny-bert');
  const random = streamsOf(0);
  const head = createHead(encoder, 2, random('init/head'));
  const options = checkWithDefaults(method.optionsSchema, {}, { file: 'test' });
  let step = 0;
  const dropout = seededDropout(random, () => step);
  const attached = method.attach(encoder, options, { random, totalSteps: STEPS + 1, dropout });
  const training = checkWithDefaults(TrainingSchema, { dropout: 0.1 }, { file: 'test' });
  const model = { kind: 'classification' as const, encoder, head, labelScale: AS_THEY_ARE };
  const rates = { method: 1e-3, head: 1e-3 };
  const trainer = createTrainer(taskObjective(model), attached, rates, training, STEPS + 1, (site, x) =>
    dropout(0.1, site, x),
  );

  const seen: { numTensors: number; numBytes: number; resident: number }[] = [];
  for (; step < STEPS; step++) {
    trainer.step(step, [batchOf(LENGTHS[step % LENGTHS.length] as number, encoder.spec.vocab)]);
    attached.afterStep?.(step);
    if (step + 1 !== SETTLED && step + 1 !== STEPS) continue;
    // The first frees what the second finds: memory behind arrays goes after them, on another thread.
    for (let i = 0; i < 2; i++) {
      collectGarbage();
      await setTimeout(20);
    }
    const { numTensors, numBytes } = tf.memory();
    seen.push({ numTensors, numBytes, resident: process.memoryUsage.rss() });
  }
  const [settled, last] = seen as [(typeof seen)[0], (typeof seen)[0]];
  expect(last.numTensors).toBe(settled.numTensors);
  expect(last.numBytes).toBe(settled.numBytes);
  expect(last.resident - settled.resident).toBeLessThan(GROWTH);
});

afterAll(() => tf.disposeVariables());
