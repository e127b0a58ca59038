// Measures one bench case: random weights, one batch, the steps of training or the forward pass alone.
import type { BenchCase, BenchResult } from '../contracts/bench-case.ts';
import type { Method } from '../contracts/method.ts';
import type { EncoderSpec } from '../contracts/model.ts';
import { TrainingSchema } from '../contracts/run-config.ts';
import { checkWithDefaults } from '../contracts/validate.ts';
import { noDropout } from '../models/dropout.ts';
import { createEncoder } from '../models/encoder.ts';
import { createHead } from '../models/head.ts';
import { type Stream, streamsOf } from '../random/streams.ts';
import { backendStatistics, capture, tf } from '../tensor/index.ts';
import type { ExampleBatch } from './examples.ts';
import { scores, type TaskModel } from './loss.ts';
import { timeSteps } from './timing.ts';
import { createTrainer } from './train.ts';

const WARMUP = 2;
const CLASSES = 2;

export type CaseMeasurement = Omit<BenchResult, 'case' | 'rooflineShare'>;

/** @param options the method's, checked */
export async function measureCase(
  { batch: size, length, mode, steps }: BenchCase,
  spec: EncoderSpec,
  method: Method,
  options: Record<string, unknown>,
): Promise<CaseMeasurement> {
  const random = streamsOf(0);
  const encoder = createEncoder(spec, randomWeights(random('weights')));
  const head = createHead(encoder, CLASSES, random('init/head'));
  const model: TaskModel = { kind: 'classification', encoder, head };
  const batch = randomBatch(size, length, spec.vocab, random('batch'));
  const total = steps + WARMUP;
  const { step, trainable } =
    mode === 'forward' ? forwardStep(model, batch) : trainingStep(model, batch, method, options, total);

  let index = 0;
  const { median, mean, p05, p95, n } = await timeSteps(total, async () => {
    const began = performance.now();
    step(index++);
    return performance.now() - began;
  });
  const { compileSeconds = 0, traceSeconds = 0, lastFlops = null, plannedBytes = null } = backendStatistics() ?? {};
  return {
    secondsPerBatch: { median, mean, p05, p95, n },
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    activationsPlannedBytes: plannedBytes,
    trainable,
    compileSeconds,
    traceSeconds,
    gflops: lastFlops === null ? null : lastFlops / median / 1e9,
  };
}

/** Multiply-adds times two, in 10^9 a second, of a product of two matrices on this machine: the best of several. */
export function measureMatrixProduct(): number {
  const [rows, inner, columns] = [2048, 1024, 1024];
  const draw = streamsOf(0)('matrix');
  const matrix = (m: number, n: number) =>
    tf.tensor2d(
      Float32Array.from({ length: m * n }, () => draw.uniform(-1, 1)),
      [m, n],
    );
  const [a, b] = [matrix(rows, inner), matrix(inner, columns)];
  const product = capture(() => [tf.matMul(a, b)]);
  const seconds = Array.from({ length: 12 }, () => {
    const began = performance.now();
    for (const result of product.run()) result.dispose();
    return (performance.now() - began) / 1000;
  });
  return (2 * rows * inner * columns) / Math.min(...seconds) / 1e9;
}

interface Steps {
  step(index: number): void;
  readonly trainable: number;
}

function forwardStep(model: TaskModel, batch: ExampleBatch): Steps {
  const forward = capture(() => [scores(model, () => batch, noDropout)]);
  const step = (): void => {
    for (const result of forward.run()) {
      result.dataSync();
      result.dispose();
    }
  };
  return { step, trainable: 0 };
}

function trainingStep(
  model: TaskModel,
  batch: ExampleBatch,
  method: Method,
  options: Record<string, unknown>,
  totalSteps: number,
): Steps {
  // As torch.optim.AdamW stands: no clipping, a constant rate.
  const settings = { schedule: 'constant', warmup: 0, clip: 0 };
  const training = checkWithDefaults(TrainingSchema, settings, { file: 'bench' });
  const random = streamsOf(0);
  const attached = method.attach(model.encoder, options, { random, totalSteps, dropout: (_rate, _site, x) => x });
  const trainer = createTrainer(model, attached, { method: 1e-3, head: 1e-3 }, training, totalSteps, noDropout);
  const variables = [...attached.trainable(), ...model.head.parameters.map(({ variable }) => variable)];
  return {
    step(index) {
      trainer.step(index, batch);
      attached.afterStep?.(index);
    },
    trainable: variables.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Weights as a new model has them: normal with deviation 0.02, norms the identity, biases zero. */
function randomWeights(draw: Stream): (name: string, shape: readonly number[]) => Float32Array {
  return (name, shape) => {
    const length = shape.reduce((a, b) => a * b, 1);
    if (name.endsWith('.bias')) return new Float32Array(length);
    if (name.includes('LayerNorm')) return new Float32Array(length).fill(1);
    // Uniform of the same deviation: a model of a hundred million weights is drawn in a second.
    const bound = 0.02 * Math.sqrt(3);
    return Float32Array.from({ length }, () => draw.uniform(-bound, bound));
  };
}

function randomBatch(size: number, length: number, vocab: number, draw: Stream): ExampleBatch {
  const ids = Int32Array.from({ length: size * length }, () => draw.integer(vocab));
  return {
    examples: Array.from({ length: size }, (_, i) => ({ id: String(i), label: i % CLASSES, sequences: [], length })),
    options: 1,
    tokens: { size, length, ids, typeIds: new Int32Array(size * length), mask: new Float32Array(size * length) },
  };
}
