// A run's training and scoring: prepares examples, attaches the method, takes every step, scores, attests.
import type { FileChecksum, Task, TaskData } from '../contracts/dataset.ts';
import type { Attached, Method } from '../contracts/method.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { countBase } from '../models/count.ts';
import type { Dropout } from '../models/dropout.ts';
import { countHead, createHead } from '../models/head.ts';
import { loadEncoder, type OpenedModel } from '../models/load.ts';
import { streamsOf } from '../random/streams.ts';
import type { Prediction, Results } from '../records/schema.ts';
import type { BackendName } from '../tensor/backend-names.ts';
import type { Device } from '../tensor/device-names.ts';
import { backendStatistics, useBackend } from '../tensor/index.ts';
import { hashLosses, hashParameters, sha256 } from './attest.ts';
import { seededDropout } from './dropout.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import { batchOf, outputsOf } from './examples.ts';
import type { TaskModel } from './loss.ts';
import { taskObjective } from './objective.ts';
import { countSteps, epochBatches } from './order.ts';
import { type PreparedSplits, prepareSplits } from './splits.ts';
import { timeSteps } from './timing.ts';
import { createTrainer } from './train.ts';

export interface RunInputs {
  readonly config: RunConfig;
  readonly model: OpenedModel;
  readonly method: Method;
  readonly task: Task;
  readonly data: TaskData;
  readonly files: readonly FileChecksum[];
  readonly backend: BackendName;
  /** Undefined: the backend's own. */
  readonly device?: Device | undefined;
  /** Threads of the tensor runtime; the result does not depend on them. */
  readonly threads: number;
  onProgress(progress: { phase: 'train' | 'evaluate'; done: number; total: number; loss?: number }): void;
}

export type RunOutcome =
  | { readonly status: 'completed'; readonly results: Results; readonly predictions: readonly Prediction[] }
  | {
      readonly status: 'failed' | 'diverged';
      readonly losses: readonly number[];
      readonly error: { readonly message: string; readonly step: number | null };
    };

/** The loss or gradient of a step was not finite. */
class Diverged extends Error {}

/** Trains and scores. Whatever goes wrong once the weights are read is an outcome, not an exception. */
export async function runTraining(inputs: RunInputs): Promise<RunOutcome> {
  useBackend(inputs.backend, inputs);
  const start = performance.now();
  const encoder = loadEncoder(inputs.model);
  const losses: number[] = [];
  try {
    const random = streamsOf(inputs.config.seed);
    const head = createHead(encoder, outputsOf(inputs.data), random('init/head'));
    const model = { kind: inputs.data.kind, encoder, head };
    return await complete(inputs, model, losses, start);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const status = error instanceof Diverged ? 'diverged' : 'failed';
    return { status, losses, error: { message: message.replaceAll(/\s*\n\s*/g, ' '), step: losses.length } };
  }
}

async function complete(inputs: RunInputs, model: TaskModel, losses: number[], start: number): Promise<RunOutcome> {
  const { config, method, task } = inputs;
  const random = streamsOf(config.seed);
  const splits = prepareSplits(inputs.data, config, inputs.model.files.tokenizer);
  const perEpoch = Math.ceil(splits.train.length / config.training.batchSize);
  const totalSteps = countSteps(splits.train.length, config.training.batchSize, config.training.epochs);

  let stepNow: number | undefined;
  const dropout = seededDropout(random, () => stepNow);
  const modelDropout: Dropout = (site, x) => dropout(config.training.dropout, site, x);
  const attached = method.attach(model.encoder, config.method.options, { random, dropout, totalSteps });
  const initSha256 = hashParameters(
    [...model.encoder.parameters, ...model.encoder.frozen, ...model.head.parameters],
    ownVariables(attached, model),
  );

  const rates = { method: config.method.learningRate, head: config.method.headLearningRate };
  const trainer = createTrainer(taskObjective(model), attached, rates, config.training, totalSteps, modelDropout);
  const evaluations: Results['evaluations'] = [];
  const seconds = { eval: 0, merge: 0 };
  const score = (step: number): Evaluation => {
    const began = performance.now();
    const report = (done: number, total: number) => inputs.onProgress({ phase: 'evaluate', done, total });
    const evaluation = evaluate(model, splits.evaluation, task.metrics, config.training.evalBatchSize, report);
    evaluations.push({ step, metrics: evaluation.metrics });
    seconds.eval += secondsSince(began);
    return evaluation;
  };

  const order: string[] = [];
  const batches = batchesOf(splits, config, perEpoch);
  const trainStart = performance.now();
  const secondsPerBatch = await timeSteps(totalSteps, async () => {
    const index = losses.length;
    const examples = batches(index);
    order.push(examples.map(({ id }) => id).join(' '));
    await eventLoop();
    const compiledBefore = backendStatistics()?.compileSeconds ?? 0;
    const began = performance.now();
    stepNow = index;
    const outcome = trainer.step(index, batchOf(examples, model.encoder.spec.padTokenId));
    stepNow = undefined;
    const hooks = performance.now();
    losses.push(outcome.loss);
    checkFinite(outcome.loss, outcome.gradientNorm, index);
    attached.afterStep?.(index);
    const end = performance.now();
    seconds.merge += (end - hooks) / 1000;
    inputs.onProgress({ phase: 'train', done: index + 1, total: totalSteps, loss: outcome.loss });
    const compiled = (backendStatistics()?.compileSeconds ?? 0) - compiledBefore;
    const epochEnds = (index + 1) % perEpoch === 0 && index + 1 < totalSteps;
    if (config.training.evaluate === 'epoch' && epochEnds) score(index + 1);
    return Math.max(0, end - began - 1000 * compiled);
  });
  const finishing = performance.now();
  attached.finish();
  seconds.merge += secondsSince(finishing);
  trainer.dispose();
  const trainSeconds = secondsSince(trainStart) - seconds.eval;
  const last = score(totalSteps);

  const { spec } = model.encoder;
  const [primary] = task.metrics;
  const count = method.count(spec, config.method.options, { totalSteps });
  const parameters = [...model.encoder.parameters, ...model.encoder.frozen, ...model.head.parameters];
  const lines = last.predictions.map((prediction) => `${JSON.stringify(prediction)}\n`);
  const results: Results = {
    params: { ...count, head: countHead(spec, outputsOf(inputs.data)), total: countBase(spec) },
    metrics: { primary: { name: primary, value: last.metrics[primary] ?? null }, all: last.metrics },
    evaluations,
    losses,
    memory: {
      peakRss: process.resourceUsage().maxRSS * 1024,
      weights: countBase(spec) * Float32Array.BYTES_PER_ELEMENT,
      trainState: trainer.stateBytes,
      activationsPlanned: backendStatistics()?.plannedBytes ?? null,
      device: null,
    },
    time: {
      secondsPerBatch,
      trainSeconds,
      evalSeconds: seconds.eval,
      mergeSeconds: seconds.merge,
      compileSeconds: backendStatistics()?.compileSeconds ?? 0,
      totalSeconds: secondsSince(start),
    },
    attestation: {
      initSha256,
      dataOrderSha256: sha256(order.join('\n')),
      lossTraceSha256: hashLosses(losses),
      finalWeightsSha256: hashParameters(parameters, []),
      predictionsSha256: sha256(lines.join('')),
    },
  };
  return { status: 'completed', results, predictions: last.predictions };
}

/** Gives the examples of a step; each epoch's order is drawn when it begins. */
function batchesOf(splits: PreparedSplits, { seed, task, training }: RunConfig, perEpoch: number) {
  let epoch = -1;
  let batches: number[][] = [];
  return (step: number) => {
    if (Math.floor(step / perEpoch) !== epoch) {
      epoch = Math.floor(step / perEpoch);
      batches = epochBatches(splits.train, training.batchSize, streamsOf(seed), `data/order/${task.id}/${epoch}`);
    }
    return (batches[step % perEpoch] ?? []).flatMap((index) => splits.train[index] ?? []);
  };
}

/** What the method trains beside the model's own parameters. */
function ownVariables(attached: Attached, model: TaskModel) {
  const base = new Set(model.encoder.parameters.map(({ variable }) => variable));
  return attached.trainable().filter((variable) => !base.has(variable));
}

function checkFinite(loss: number, norm: number | null, step: number): void {
  if (!Number.isFinite(loss)) throw new Diverged(`the loss of step ${step} is ${loss}`);
  if (norm !== null && !Number.isFinite(norm)) throw new Diverged(`the gradient's norm at step ${step} is ${norm}`);
}

/** Lets messages be sent and received. */
function eventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1000;
}
