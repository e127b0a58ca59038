// What is in the hash of the final weights besides weights.
import { beforeAll, expect, it } from 'vitest';
import { createDataReader } from '../../harness/formats/data-reader.ts';
import { useBackend } from '../../harness/tensor/index.ts';
import { lora } from '../../methods/lora.ts';
import { fixturePath, restartBackend } from '../fixtures.ts';
import { taskById } from '../../datasets/index.ts';
import { runOf } from './run-of.ts';

beforeAll(() => useBackend('onnx', { threads: 1 }));

it('is the scale of labels, which decides what a regression predicts as weights do', async () => {
  const task = taskById('glue/stsb');
  const data = await task.read(createDataReader([fixturePath('glue/tsv')]));
  const final = async (labelScale: 'raw' | 'standard' | 'range') => {
    restartBackend(1);
    const { results } = await runOf({
      ...{ model: 'encoder/tiny-bert', method: lora, options: {}, learningRate: 1e-3, task, data, threads: 1 },
      // In the one step of a warm-up nothing moves.
      training: { batchSize: 64, warmup: 0.9, labelScale },
    });
    const { initSha256, finalWeightsSha256 } = results.attestation;
    return { init: initSha256, final: finalWeightsSha256 };
  };
  const [raw, standard, range] = [await final('raw'), await final('standard'), await final('range')];
  expect(new Set([raw, standard, range].map((each) => each.final)).size).toBe(3);
  expect(new Set([raw, standard, range].map((each) => each.init)).size).toBe(3);
}, 60_000);
