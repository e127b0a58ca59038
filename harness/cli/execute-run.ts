// One run from its resolved configuration to its record: opens what the configuration names, trains, scores, attests.
// No clock, no path and no global state decides a number in the result.
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { methodByName } from '../../methods/index.ts';
import { Faults, InputError } from '../contracts/input-error.ts';
import type { Method } from '../contracts/method.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { saveAdapter } from '../models/adapter-folder.ts';
import type { Learned } from '../models/learned.ts';
import { type OpenedModel, openModel } from '../models/load.ts';
import { limitsBeyond } from '../records/limits.ts';
import { type Prediction, RECORD_SCHEMA_VERSION, type RunRecord } from '../records/schema.ts';
import { makeFolder, writeFolderWhole } from '../records/write-whole.ts';
import { datasetSha256, runId, TRAINING_SEMANTICS } from '../study/run-id.ts';
import { describeBackend, useBackend } from '../tensor/index.ts';
import { askedOf } from '../training/held-out.ts';
import { runTraining } from '../training/run.ts';
import { countTrained, splitExamples } from '../training/splits.ts';
import { checkRun } from './check-run.ts';
import { countOverlap, type OverlapCounts } from './count-overlap.ts';
import { cpuName } from './cpu-name.ts';
import { type ReadTask, readTask } from './read-task.ts';
import { type RunContext, type Sources, studyFileOf } from './run-context.ts';

export interface RunProgress {
  readonly phase: 'load' | 'train' | 'evaluate';
  readonly done: number;
  readonly total: number;
  readonly loss?: number;
}

export interface Executed {
  readonly record: RunRecord;
  /** Empty unless the run completed. */
  readonly predictions: readonly Prediction[];
}

export interface ExecuteContext extends RunContext {
  onProgress(progress: RunProgress): void;
}

/** Executes a run. @throws InputError for bad input; a failure or divergence while training is a record */
export async function executeRun(config: RunConfig, context: ExecuteContext): Promise<Executed> {
  const { backend, device, threads, onProgress, adapters } = context;
  onProgress({ phase: 'load', done: 0, total: 1 });
  const inputs = await openInputs(config, context);
  const shared = sharedFields(config, context, inputs);
  const kept = adapters !== undefined && {
    onLearned: (learned: Learned) => {
      makeFolder(adapters);
      writeFolderWhole(join(adapters, shared.id), (folder) => saveAdapter(folder, config.model, learned));
    },
  };
  const outcome = await runTraining({ config, ...inputs, backend, device, threads, onProgress, ...kept });
  if (outcome.status === 'completed') {
    const { results, predictions } = outcome;
    return { record: { ...shared, status: 'completed', ...results, error: null }, predictions };
  }
  const { status, losses, error } = outcome;
  return { record: { ...shared, status, losses: [...losses], error }, predictions: [] };
}

/** The run's id: the hash of everything that decides its result. @throws InputError for bad input */
export async function identifyRun(config: RunConfig, sources: Sources): Promise<string> {
  return idOf(config, await openInputs(config, sources));
}

/** What its limits ask for beyond the data: see {@link limitsBeyond}. @throws InputError for data that will not do */
export async function limitNotes(config: RunConfig, sources: Sources): Promise<string[]> {
  return limitsBeyond(config, examplesOf(config, await openInputs(config, sources)));
}

/** How much of what a run is scored on repeats what it is trained on: see {@link countOverlap}. */
export async function countOverlapOf(
  config: RunConfig,
  sources: Sources,
  folder: string | undefined,
): Promise<OverlapCounts> {
  return countOverlap((await openTask(config, sources)).data, folder);
}

/** @throws InputError where what a run learns cannot be kept as an adapter */
export async function requireKeepable(config: RunConfig, sources: Sources): Promise<void> {
  const { model } = await openInputs(config, sources);
  if (model.spec.family === 'decoder') return;
  throw new InputError(`--keep-adapters: ${config.model} is an encoder; expected a decoder, whose head is its own`);
}

/** The record of a run whose process ended before it could write one. */
export async function failedRecord(config: RunConfig, context: RunContext, message: string): Promise<RunRecord> {
  const shared = sharedFields(config, context, await openInputs(config, context));
  return { ...shared, status: 'failed', losses: [], error: { message, step: null } };
}

export interface Inputs extends ReadTask {
  readonly model: OpenedModel;
  readonly method: Method;
}

/** What a configuration names. @throws MissingInput where it is not there; InputError where it will not do */
export async function openInputs(config: RunConfig, sources: Sources): Promise<Inputs> {
  const method = methodByName(config.method.name);
  const faults = new Faults();
  const [model, read] = await Promise.all([
    faults.ofLater(() =>
      cached(models, JSON.stringify([sources.modelsDir, sources.studyFolder, config.model]), () =>
        openModel(config.model, sources.modelsDir, sources.studyFolder),
      ),
    ),
    faults.ofLater(() => openTask(config, sources)),
  ]);
  faults.throw();
  if (model === undefined || read === undefined) throw new Error('neither opened nor refused');
  checkRun(config, method, model.spec, read.data, studyFileOf(sources));
  return { model, method, ...read };
}

/** @throws MissingData where it is not there; InputError where it will not do */
export function openTask(
  { task }: Pick<RunConfig, 'task'>,
  { dataRoots }: Pick<Sources, 'dataRoots'>,
): Promise<ReadTask> {
  return cached(tasks, JSON.stringify([dataRoots, task.id, task.trainOn]), () => readTask(task, dataRoots));
}

/** Opened once a process: a study's runs share models and tasks. */
const models = new Map<string, Promise<OpenedModel>>();
const tasks = new Map<string, Promise<ReadTask>>();

function cached<T>(cache: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const made = cache.get(key) ?? make();
  cache.set(key, made);
  return made;
}

function idOf(config: RunConfig, { method, model, files }: Inputs): string {
  return runId({
    config,
    optionsSchema: method.optionsSchema,
    modelSha256: model.files.sha256,
    datasetSha256: datasetSha256(files),
    semantics: TRAINING_SEMANTICS,
  });
}

function countExamples(sets: readonly { readonly examples: readonly unknown[] }[]): number {
  return sets.reduce((sum, { examples }) => sum + examples.length, 0);
}

/** Of each evaluation set, how many examples are scored. */
function scoredOf({ data, model }: Inputs, config: RunConfig): { set: string; examples: number }[] {
  const { evaluation } =
    data.kind === 'choice' && model.spec.family === 'decoder'
      ? askedOf(data, config)
      : splitExamples<unknown>(data, config);
  return evaluation.map(({ name, examples }) => ({ set: name, examples: examples.length }));
}

/** How many examples are read, drawn and scored. */
function examplesOf(config: RunConfig, inputs: Inputs) {
  const { data } = inputs;
  return {
    train: { read: data.train.length, drawn: countTrained(data.train.length, config) },
    evaluation: { read: countExamples(data.evaluation), scored: scoredOf(inputs, config) },
  };
}

function sharedFields(config: RunConfig, context: RunContext, inputs: Inputs) {
  const { model, files } = inputs;
  useBackend(context.backend, context);
  const parameters = model.files.tensors.names.map((name) =>
    model.files.tensors.shape(name).reduce((a, b) => a * b, 1),
  );
  return {
    schemaVersion: RECORD_SCHEMA_VERSION as typeof RECORD_SCHEMA_VERSION,
    id: idOf(config, inputs),
    study: context.study,
    config,
    seed: config.seed,
    model: {
      name: config.model,
      family: model.spec.family,
      sha256: model.files.sha256,
      totalParams: parameters.reduce((a, b) => a + b, 0),
    },
    dataset: {
      task: config.task.id,
      sha256: datasetSha256(files),
      ...examplesOf(config, inputs),
      overlap: context.overlap,
      files: files.map(({ path, sha256 }) => ({ path, sha256 })),
    },
    search: context.search,
    environment: {
      ...describeBackend(),
      threads: context.threads,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
      cpu: cpuName(),
      cores: cpus().length,
      memoryBytes: totalmem(),
      jobs: context.jobs,
    },
    code: { ...context.code, semantics: TRAINING_SEMANTICS },
  };
}
