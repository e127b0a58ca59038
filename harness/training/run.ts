// A run's training and scoring: attaches the method, takes every step, scores, attests.
import { hashLosses, predictionLines, sha256 } from '../contracts/attestation.ts';
import type { FileChecksum, Task, TaskData } from '../contracts/dataset.ts';
import type { Method } from '../contracts/method.ts';
import { NotFinite, requireFinite } from '../contracts/not-finite.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { collapseOverSets } from '../metrics/collapse.ts';
import type { SetGroups } from '../metrics/over-sets.ts';
import { unreadableShare } from '../metrics/unreadable.ts';
import { baseBytes, countBase } from '../models/count.ts';
import type { Dropout } from '../models/dropout.ts';
import type { Learned } from '../models/learned.ts';
import { loadDecoder, loadEncoder, type OpenedModel } from '../models/load.ts';
import { streamsOf } from '../random/streams.ts';
import type { Prediction, Results } from '../records/schema.ts';
import type { BackendName } from '../tensor/backend-names.ts';
import type { Device } from '../tensor/device-names.ts';
import { backendStatistics, useBackend } from '../tensor/index.ts';
import { hashState, stateOf } from './attest.ts';
import { createClassifier } from './classifier.ts';
import { seededDropout } from './dropout.ts';
import { createInstructionTuning } from './instruction-tuning.ts';
import type { Evaluation, ModelOnTask } from './model-on-task.ts';
import { countSteps, epochBatches } from './order.ts';
import { createSelection } from './selection.ts';
import { trainedOn } from './splits.ts';
import { summariseSteps, timeSteps } from './timing.ts';
import { createTrainer } from './train.ts';
import { createApart } from './measure/apart.ts';
import { observe } from './measure/observer.ts';
import { createResident } from './measure/resident.ts';

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
  /** Called with what training changed of the base, once all is scored and everything is finite. */
  onLearned?(learned: Learned): void;
}

export type RunOutcome =
  | { readonly status: 'completed'; readonly results: Results; readonly predictions: readonly Prediction[] }
  | {
      readonly status: 'failed' | 'diverged';
      readonly losses: readonly number[];
      readonly error: { readonly message: string; readonly step: number | null };
    };

/**
 * Trains and scores. Whatever goes wrong once the weights are read is an outcome, not an exception: a loss, a gradient,
 * weights, scores or a metric that are not finite are a divergence.
 */
export async function runTraining(inputs: RunInputs): Promise<RunOutcome> {
  useBackend(inputs.backend, inputs);
  const start = performance.now();
  const losses: number[] = [];
  const execute = load(inputs);
  try {
    return await execute(losses, start);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const status = error instanceof NotFinite ? 'diverged' : 'failed';
    return { status, losses, error: { message: message.replaceAll(/\s*\n\s*/g, ' '), step: losses.length } };
  }
}

/** Reads the weights; gives what is to be done with them. */
function load(inputs: RunInputs): (losses: number[], start: number) => Promise<RunOutcome> {
  const { config, task, data, model } = inputs;
  const { files, spec } = model;
  const of = { config, task, data, tokenizer: files.tokenizer };
  if (spec.family === 'encoder') {
    const encoder = loadEncoder(model);
    return (losses, start) => complete(inputs, createClassifier(encoder, of), losses, start);
  }
  const { basePrecision: precision, baseMerge: merge } = config.training;
  const decoder = loadDecoder({ files, spec, precision, merge });
  return (losses, start) => complete(inputs, createInstructionTuning(decoder, of), losses, start);
}

async function complete<Batch>(
  { config, method, model: opened, onProgress, onLearned }: RunInputs,
  subject: ModelOnTask<Batch>,
  losses: number[],
  start: number,
): Promise<RunOutcome> {
  const { model, head, train } = subject;
  const { training } = config;
  const random = streamsOf(config.seed);
  const perEpoch = Math.ceil(train.length / training.batchSize);
  const planned = countSteps(train.length, training.batchSize, training.epochs);

  let stepNow: string | undefined;
  const dropout = seededDropout(random, () => stepNow);
  const modelDropout: Dropout = (site, x) => dropout(training.dropout, site, x);
  const apart = createApart();
  const secondsSince = (began: number) => (apart.now() - began) / 1000;
  const observer = observe(subject, opened.files.tensors, apart);
  const attached = method.attach(observer.model, config.method.options, {
    random,
    dropout,
    totalSteps: planned,
  });
  const initSha256 = hashState(stateOf(subject, attached));
  const totalSteps = attached.trainable().length + head.length === 0 ? 0 : planned;

  const rates = { method: config.method.learningRate, head: config.method.headLearningRate };
  const trainer = createTrainer(subject.objective, attached, rates, training, totalSteps, modelDropout);
  const evaluations: Results['evaluations'] = [];
  const seconds = { eval: 0, merge: 0 };
  const score = (step: number): Evaluation => {
    const began = apart.now();
    const evaluation = subject.evaluate((done, total) => onProgress({ phase: 'evaluate', done, total }));
    for (const [name, value] of Object.entries(evaluation.metrics)) {
      requireFinite([value ?? 0], (found) => `the metric ${name} is ${found}`);
    }
    evaluations.push({ step, metrics: evaluation.metrics });
    seconds.eval += secondsSince(began);
    return evaluation;
  };

  const selection =
    subject.selection && totalSteps > 0
      ? createSelection(subject, subject.selection, attached, observer.recording)
      : undefined;
  const select = (step: number): void => {
    if (step % (training.selectionEvery ?? perEpoch) !== 0 && step !== totalSteps) return;
    const began = apart.now();
    selection?.score(step, (done, total) => onProgress({ phase: 'evaluate', done, total }));
    seconds.eval += secondsSince(began);
  };

  const order: string[] = [];
  const stepSeconds: number[] = [];
  const resident = createResident();
  const seen = { examples: 0, tokens: 0 };
  const batches = batchesOf(train, config, perEpoch);
  const trainStart = apart.now();
  const step = async (): Promise<number> => {
    const index = losses.length;
    const examples = batches(index);
    seen.examples += examples.length;
    for (const example of examples) seen.tokens += train[example]?.tokens ?? 0;
    order.push(examples.map((example) => train[example]?.id).join(' '));
    await eventLoop();
    const compiledBefore = apart.compileSeconds();
    const began = apart.now();
    const outcome = trainer.step(index, subject.batches(examples), (batch) => {
      stepNow = batch === 0 ? `${index}` : `${index}.${batch}`;
    });
    stepNow = undefined;
    const hooks = apart.now();
    losses.push(outcome.loss);
    observer.during(index + 1, { attached, trainer }, () => attached.afterStep?.(index));
    const end = apart.now();
    resident.look();
    seconds.merge += (end - hooks) / 1000;
    onProgress({ phase: 'train', done: index + 1, total: totalSteps, loss: outcome.loss });
    stepSeconds.push((end - began) / 1000);
    const compiled = apart.compileSeconds() - compiledBefore;
    const epochEnds = (index + 1) % perEpoch === 0 && index + 1 < totalSteps;
    if (training.evaluate === 'epoch' && epochEnds) score(index + 1);
    select(index + 1);
    return Math.max(0, end - began - 1000 * compiled);
  };
  const secondsPerBatch = totalSteps === 0 ? null : await timeSteps(totalSteps, step);
  const finishing = apart.now();
  const selected = selection?.restore();
  const trained = new Set(attached.trainable());
  observer.during(totalSteps, { attached, trainer }, () => attached.finish());
  seconds.merge += secondsSince(finishing);
  trainer.dispose();
  const trainSeconds = secondsSince(trainStart) - seconds.eval;
  const finalWeightsSha256 = hashState(stateOf(subject, attached));
  const last = score(totalSteps);
  onLearned?.(observer.recording.learned(model.parameters.filter(({ variable }) => trained.has(variable))));
  // Before weights are read again.
  const { rss, peak } = resident;
  const observed = observer.seen();

  const { spec } = model;
  const count = method.count(spec, config.method.options, { totalSteps });
  const results: Results = {
    params: {
      ...count,
      storedBytes: count.stored * Float32Array.BYTES_PER_ELEMENT,
      head: head.reduce((sum, { variable }) => sum + variable.size, 0),
      total: countBase(spec),
    },
    metrics: {
      primary: last.primary,
      all: last.metrics,
      scoring: { overall: subject.scoring.overall, groups: copyOf(subject.scoring.groups) },
    },
    trained: { steps: losses.length, ...seen },
    asked: last.asked,
    collapsed: collapseOverSets(
      last.predictions,
      last.asked.map(({ set }) => set),
      last.primary.name,
      subject.scoring.overall,
    ),
    unreadable: unreadableShare(last.predictions),
    ...observed,
    evaluations,
    ...(selected && { selection: selected }),
    losses,
    memory: {
      peakRss: peak,
      rss,
      weights: baseBytes(spec, training.basePrecision),
      trainState: trainer.stateBytes,
      activationsPlanned: backendStatistics()?.plannedBytes ?? null,
      device: null,
    },
    time: {
      secondsPerBatch,
      secondsPerStep: stepSeconds.length === 0 ? null : summariseSteps(stepSeconds),
      trainSeconds,
      tokensPerSecond: losses.length === 0 ? null : seen.tokens / trainSeconds,
      evalSeconds: seconds.eval,
      mergeSeconds: seconds.merge,
      compileSeconds: apart.compileSeconds(),
      measureSeconds: apart.seconds(),
      totalSeconds: (performance.now() - start) / 1000,
    },
    attestation: {
      initSha256,
      dataOrderSha256: sha256(order.join('\n')),
      lossTraceSha256: hashLosses(losses),
      finalWeightsSha256,
      predictionsSha256: sha256(predictionLines(last.predictions)),
    },
  };
  return { status: 'completed', results, predictions: last.predictions };
}

/** Gives the examples of a step by their indices; each epoch's order is drawn when it begins. */
function batchesOf(
  train: ModelOnTask<unknown>['train'],
  { seed, task, training }: RunConfig,
  perEpoch: number,
): (step: number) => readonly number[] {
  let epoch = -1;
  let batches: number[][] = [];
  return (step) => {
    if (Math.floor(step / perEpoch) !== epoch) {
      epoch = Math.floor(step / perEpoch);
      batches = epochBatches(train, training.batchSize, streamsOf(seed), `data/order/${trainedOn(task)}/${epoch}`);
    }
    return batches[step % perEpoch] ?? [];
  };
}

function copyOf(groups: SetGroups): Record<string, string[]> {
  return Object.fromEntries(Object.entries(groups).map(([group, sets]) => [group, [...sets]]));
}

/** Lets messages be sent and received. */
function eventLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
