// Measures one bench case: random weights, one batch, the steps of training or the forward pass alone.
import type { BenchCase, BenchResult } from '../contracts/bench-case.ts';
import type { Method } from '../contracts/method.ts';
import type { AdaptableModel, ModelSpec } from '../contracts/model.ts';
import { requireFinite } from '../contracts/not-finite.ts';
import { TrainingSchema } from '../contracts/run-config.ts';
import { checkWithDefaults } from '../contracts/validate.ts';
import { packingBase } from '../models/base-weights.ts';
import { feedCausal, padCausal } from '../models/causal-batch.ts';
import { createDecoder, type Decoder } from '../models/decoder.ts';
import { noDropout } from '../models/dropout.ts';
import { createEncoder, type Encoder } from '../models/encoder.ts';
import { createHead } from '../models/head.ts';
import type { ReadParameter } from '../models/parameters.ts';
import { type Stream, streamsOf } from '../random/streams.ts';
import { backendStatistics, capture, tf } from '../tensor/index.ts';
import { seededDropout } from './dropout.ts';
import type { ExampleBatch } from './examples.ts';
import { scores, type TaskModel } from './loss.ts';
import { AS_THEY_ARE } from './label-scale.ts';
import { IGNORED, type Objective, type TextBatch, taskObjective, textObjective } from './objective.ts';
import { timeSteps } from './timing.ts';
import { createTrainer } from './train.ts';

export const WARMUP = 2;
const CLASSES = 2;

export type CaseMeasurement = Omit<BenchResult, 'case' | 'rooflineShare'>;

/**
 * @param options the method's, checked
 * @throws NotFinite where a loss or an output is not finite: the step then did not do what is measured
 */
export async function measureCase(
  { batch: size, length, mode, steps, precision, merge, gradientCheckpointing }: BenchCase,
  spec: ModelSpec,
  method: Method,
  options: Record<string, unknown>,
): Promise<CaseMeasurement> {
  const random = streamsOf(0);
  const total = steps + WARMUP;
  const read = randomWeights(random('weights'));
  const packed = packingBase(read, precision, merge);
  const ids = randomIds(size * length, spec.vocab, random('batch'));
  const stepOf = <Batch>(subject: Subject<Batch>) =>
    mode === 'forward'
      ? forwardStep(subject)
      : trainingStep(subject, { method, options, totalSteps: total, gradientCheckpointing });
  const { step, trainable } =
    spec.family === 'encoder'
      ? stepOf(encoderSubject(createEncoder(spec, read), random('init/head'), size, length, ids))
      : stepOf(decoderSubject(createDecoder(spec, read, packed), size, length, ids));

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

/** Multiply-adds times two, in 10^9 per second, of a product of two matrices on this machine: the best of several. */
export function measureMatrixProduct(times = 12): number {
  const [rows, inner, columns] = [2048, 1024, 1024];
  // Which numbers are multiplied makes no difference.
  const matrix = (m: number, n: number) => tf.tensor2d(new Float32Array(m * n).fill(0.5), [m, n]);
  const [a, b] = [matrix(rows, inner), matrix(inner, columns)];
  const product = capture(() => [tf.matMul(a, b)]);
  const seconds = Array.from({ length: times }, () => {
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

/** What is measured. */
interface Subject<Batch> {
  readonly model: AdaptableModel;
  readonly objective: Objective<Batch>;
  readonly batch: Batch;
  /** The model's outputs for the batch, without a loss. */
  outputs(): tf.Tensor;
}

function encoderSubject(
  encoder: Encoder,
  draw: Stream,
  size: number,
  length: number,
  ids: Int32Array,
): Subject<ExampleBatch> {
  const head = createHead(encoder, CLASSES, draw);
  const model: TaskModel = { kind: 'classification', encoder, head, labelScale: AS_THEY_ARE };
  const batch: ExampleBatch = {
    examples: Array.from({ length: size }, (_, i) => ({ id: String(i), label: i % CLASSES, sequences: [], length })),
    options: 1,
    tokens: { size, length, ids, typeIds: new Int32Array(size * length), mask: new Float32Array(size * length) },
  };
  return {
    model: encoder,
    objective: taskObjective(model),
    batch,
    outputs: () => scores(model, () => batch, noDropout),
  };
}

/** The loss is on every token but each sequence's first. */
function decoderSubject(decoder: Decoder, size: number, length: number, ids: Int32Array): Subject<TextBatch> {
  const rows = Array.from({ length: size }, (_, i) => Array.from(ids.subarray(i * length, (i + 1) * length)));
  const tokens = padCausal(rows, decoder.spec.padTokenId);
  const labels = Int32Array.from(
    rows.flatMap((row) => [...row.slice(1), ...Array(tokens.length - length + 1).fill(IGNORED)]),
  );
  return {
    model: decoder,
    objective: textObjective(decoder),
    batch: { tokens, labels },
    outputs() {
      const { states } = decoder.read(
        feedCausal(decoder.spec, () => tokens),
        noDropout,
      );
      return tf.sum(decoder.logits(states));
    },
  };
}

function forwardStep<Batch>({ outputs }: Subject<Batch>): Steps {
  const forward = capture(() => [outputs()]);
  const step = (): void => {
    for (const result of forward.run()) {
      requireFinite(result.dataSync(), (value) => `the model's outputs hold ${value}`);
      result.dispose();
    }
  };
  return { step, trainable: 0 };
}

interface TrainingSettings {
  readonly method: Method;
  readonly options: Record<string, unknown>;
  readonly totalSteps: number;
  readonly gradientCheckpointing: boolean;
}

function trainingStep<Batch>(
  { model, objective, batch }: Subject<Batch>,
  { method, options, totalSteps, gradientCheckpointing }: TrainingSettings,
): Steps {
  // As torch.optim.AdamW stands: no clipping, a constant rate.
  const settings = { schedule: 'constant', warmup: 0, clip: 0, gradientCheckpointing };
  const training = checkWithDefaults(TrainingSchema, settings, { file: 'bench' });
  const random = streamsOf(0);
  let stepNow: number | undefined;
  const dropout = seededDropout(random, () => stepNow);
  const attached = method.attach(model, options, { random, totalSteps, dropout });
  const trainer = createTrainer(objective, attached, { method: 1e-3, head: 1e-3 }, training, totalSteps, noDropout);
  const variables = [...attached.trainable(), ...objective.head];
  return {
    step(index) {
      stepNow = index;
      trainer.step(index, [batch]);
      stepNow = undefined;
      attached.afterStep?.(index);
    },
    trainable: variables.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Weights as a new model has them: normal with deviation 0.02, norms the identity, biases zero. */
function randomWeights(draw: Stream): ReadParameter {
  return (name, shape) => {
    const length = shape.reduce((a, b) => a * b, 1);
    if (name.endsWith('.bias')) return new Float32Array(length);
    if (/norm/i.test(name)) return new Float32Array(length).fill(1);
    // Uniform of the same deviation: a model of a hundred million weights is drawn in a second.
    const bound = 0.02 * Math.sqrt(3);
    return Float32Array.from({ length }, () => draw.uniform(-bound, bound));
  };
}

function randomIds(length: number, vocab: number, draw: Stream): Int32Array {
  return Int32Array.from({ length }, () => draw.integer(vocab));
}
