// Operations and activations against the graphs that the engine makes, on small models of every kind.
import { beforeAll, describe, expect, it } from 'vitest';
import { type BenchCase, BenchCaseSchema } from '../../harness/contracts/bench-case.ts';
import type { ModelSpec } from '../../harness/contracts/model.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import { forwardActivations, trainingActivations } from '../../harness/cost/activations.ts';
import { forwardFlops, stepFlops, totalFlops } from '../../harness/cost/flops.ts';
import { trainedBy } from '../../harness/cost/trained.ts';
import { PUBLISHED_DECODERS } from '../../harness/models/published.ts';
import { encoderSpec } from '../../harness/models/spec.ts';
import { tf, useBackend } from '../../harness/tensor/index.ts';
import { OnnxBackend } from '../../harness/tensor/onnx/backend.ts';
import { measureCase } from '../../harness/training/bench.ts';
import { methodByName } from '../../methods/index.ts';

const encoder = encoderSpec({ layers: 4, hidden: 192, heads: 6, intermediate: 768, vocab: 500 });
const smol = PUBLISHED_DECODERS.find(({ name }) => name === 'smollm2-135m');
const decoder: ModelSpec = {
  ...(smol as NonNullable<typeof smol>).spec,
  ...{ layers: 4, hidden: 192, heads: 6, keyValueHeads: 2, headWidth: 32, intermediate: 512, vocab: 4096 },
};

interface Row {
  readonly spec: ModelSpec;
  readonly method?: string;
  readonly options?: object;
  readonly batch: number;
  readonly length: number;
  readonly more?: Partial<BenchCase>;
}

const ROWS: Readonly<Record<string, Row>> = {
  'an encoder, forward': { spec: encoder, batch: 16, length: 64, more: { mode: 'forward' } },
  'an encoder, LoRA': { spec: encoder, method: 'lora', batch: 16, length: 64 },
  'an encoder, LoRA on q and v': {
    ...{ spec: encoder, method: 'lora', options: { targets: ['q', 'v'] } },
    ...{ batch: 16, length: 96 },
  },
  'an encoder, XGBLoRA on the upper layers': {
    ...{ spec: encoder, method: 'xgblora', options: { layers: [2, 3] } },
    ...{ batch: 16, length: 64 },
  },
  'an encoder, full': { spec: encoder, method: 'full', batch: 16, length: 64 },
  'an encoder, full, long texts': { spec: encoder, method: 'full', batch: 4, length: 256 },
  'an encoder, LoRA, checkpoints': {
    ...{ spec: encoder, method: 'lora', batch: 16, length: 64 },
    more: { gradientCheckpointing: true },
  },
  'a decoder, LoRA': { spec: decoder, method: 'lora', batch: 4, length: 256 },
  'a decoder, LoRA, short texts': { spec: decoder, method: 'lora', batch: 16, length: 64 },
  'a decoder, XGBLoRA': { spec: decoder, method: 'xgblora', options: { layers: [0, 1] }, batch: 4, length: 256 },
  'a decoder, full': { spec: decoder, method: 'full', batch: 4, length: 256 },
  'a decoder, LoRA on a packed base': {
    ...{ spec: decoder, method: 'lora', batch: 4, length: 256 },
    more: { precision: 'q8' },
  },
  'a decoder, LoRA, checkpoints': {
    ...{ spec: decoder, method: 'lora', batch: 4, length: 256 },
    more: { gradientCheckpointing: true },
  },
};

beforeAll(() => useBackend('onnx', { threads: 1 }));

describe.each(Object.entries(ROWS))(
  '%s',
  (_name, { spec, method: name = 'full', options: given = {}, batch, length, more }) => {
    it('is counted within 5 % of operations and 15 % of bytes', async () => {
      const method = methodByName(name);
      const options = checkWithDefaults(method.optionsSchema, given, { file: 'test' });
      const bench = checkWithDefaults(
        BenchCaseSchema,
        { model: 'test', method: name, batch, length, steps: 1, ...more },
        { file: 'test' },
      );
      const backend = tf.backend();
      // What it tells is the most of all that it has planned.
      if (backend instanceof OnnxBackend) backend.statistics.plannedBytes = 0;
      const measured = await measureCase(bench, spec, method, options);
      const { trainable } = method.count(spec, options, { totalSteps: 3 });
      const trained = trainedBy(spec, method, options, trainable);
      const shape = { sequences: batch, length, predicted: spec.family === 'decoder' ? batch * length : 0 };
      const { precision, gradientCheckpointing, mode } = bench;
      const flops =
        mode === 'forward'
          ? forwardFlops(spec, shape)
          : totalFlops(stepFlops(spec, shape, trained, gradientCheckpointing));
      const bytes =
        mode === 'forward'
          ? forwardActivations(spec, shape)
          : trainingActivations(spec, shape, trained, { precision, gradientCheckpointing });
      const { gflops, secondsPerBatch, activationsPlannedBytes } = measured;
      const counted = (gflops as number) * 1e9 * secondsPerBatch.median;
      expect(flops / counted).toBeGreaterThan(0.95);
      expect(flops / counted).toBeLessThan(1.05);
      expect(bytes / (activationsPlannedBytes as number)).toBeGreaterThan(0.85);
      expect(bytes / (activationsPlannedBytes as number)).toBeLessThan(1.15);
    });
  },
);
