// Records made by hand, for tests of what reads them.
import { createHash } from 'node:crypto';
import type { RunConfig } from '../../harness/contracts/run-config.ts';
import { TrainingSchema } from '../../harness/contracts/run-config.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import type { CompletedRecord, Prediction, UnfinishedRecord } from '../../harness/records/schema.ts';
import { lora } from '../../methods/lora.ts';
import { runId, TRAINING_SEMANTICS } from '../../harness/study/run-id.ts';

export const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
export const MODEL_SHA = sha('model');
export const DATA_SHA = sha('data');

export interface SampleRun {
  readonly label?: string;
  readonly task?: string;
  readonly seed?: number;
  readonly rate?: number;
  readonly purpose?: RunConfig['purpose'];
}

export function sampleConfig({
  label = 'lora',
  task = 'glue/stsb',
  seed = 0,
  rate = 1e-3,
  purpose = 'final',
}: SampleRun = {}): RunConfig {
  return {
    purpose,
    model: 'tiny',
    method: { label, name: 'lora', options: { r: 8 }, learningRate: rate, headLearningRate: rate },
    task: {
      id: task,
      limitTrain: null,
      limitEval: null,
      holdout: purpose === 'search' ? 64 : null,
      trainOn: null,
      protocol: null,
      shots: 0,
      beams: 1,
    },
    training: checkWithDefaults(TrainingSchema, {}, { file: 'test' }),
    seed,
  };
}

export const idOf = (config: RunConfig): string =>
  runId({
    ...{ config, optionsSchema: lora.optionsSchema },
    ...{ modelSha256: MODEL_SHA, datasetSha256: DATA_SHA, semantics: TRAINING_SEMANTICS },
  });

function sharedFields(config: RunConfig) {
  return {
    schemaVersion: 3 as const,
    id: idOf(config),
    study: 'sample',
    config,
    seed: config.seed,
    model: { name: config.model, family: 'encoder', sha256: MODEL_SHA, totalParams: 1000 },
    dataset: {
      task: config.task.id,
      sha256: DATA_SHA,
      train: { read: 100, drawn: 80 },
      evaluation: { read: 10, scored: [{ set: 'dev', examples: 2 }] },
      overlap: { exact: 0, near: 0 },
      files: [{ path: 'train.tsv', sha256: sha('train') }],
    },
    search: null,
    environment: {
      backend: 'onnx',
      device: 'cpu',
      threads: 2,
      runtime: 'onnxruntime-node 1.30.0',
      node: 'v20.20.2',
      platform: 'linux-x64',
      cpu: 'A',
      cores: 2,
      memoryBytes: 8e9,
      jobs: 1,
    },
    code: {
      ...{ version: '0.1.0', commit: null, dirty: null, semantics: TRAINING_SEMANTICS },
      ...{ sourcesSha256: sha('sources'), methodSha256: sha('method') },
    },
  };
}

/** A completed record whose primary metric is `value`. */
export function completed(
  config: RunConfig,
  value: number | null,
  losses: readonly number[] = [0.5, 0.25],
): CompletedRecord {
  return {
    ...sharedFields(config),
    status: 'completed',
    params: { trainable: 50, trainableCumulative: 200, stored: 60, head: 5, total: 1000 },
    metrics: {
      primary: { name: 'pearson', value },
      all: { pearson: value, spearman: 0.5 },
      scoring: { overall: 'first', groups: {} },
    },
    trained: { steps: losses.length, examples: 32 * losses.length },
    evaluations: [{ step: losses.length, metrics: { pearson: value } }],
    losses: [...losses],
    memory: { peakRss: 200e6, weights: 4000, trainState: 800, activationsPlanned: null, device: null },
    time: {
      secondsPerBatch: { median: 0.1, mean: 0.11, p05: 0.09, p95: 0.2, n: 2, warmup: 0 },
      secondsPerStep: { mean: 0.12, median: 0.11, p05: 0.1, p95: 0.2, n: 2 },
      trainSeconds: 1,
      evalSeconds: 0.5,
      mergeSeconds: 0,
      compileSeconds: 0.2,
      totalSeconds: 2,
    },
    attestation: {
      initSha256: sha('init'),
      dataOrderSha256: sha('order'),
      lossTraceSha256: sha(losses.join()),
      finalWeightsSha256: sha('weights'),
      predictionsSha256: sha('predictions'),
    },
    error: null,
  };
}

export function unfinished(config: RunConfig, status: 'failed' | 'diverged', message: string): UnfinishedRecord {
  return { ...sharedFields(config), status, losses: [0.5], error: { message, step: 1 } };
}

export const PREDICTIONS: readonly Prediction[] = [
  { set: 'dev', id: 'dev-0', label: 2, prediction: 1.75, scores: [1.75] },
  { set: 'dev', id: 'dev-1', label: 0.1, prediction: 0.30000000000000004, scores: [0.30000000000000004] },
];
