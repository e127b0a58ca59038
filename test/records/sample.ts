// Records made by hand, for tests of what reads them.
import { hashLosses, predictionLines, sha256 } from '../../harness/contracts/attestation.ts';
import type { RunConfig } from '../../harness/contracts/run-config.ts';
import { TrainingSchema } from '../../harness/contracts/run-config.ts';
import { checkWithDefaults } from '../../harness/contracts/validate.ts';
import { collapseOverSets } from '../../harness/metrics/collapse.ts';
import { pearson } from '../../harness/metrics/pearson.ts';
import type { CompletedRecord, Prediction, RunRecord, UnfinishedRecord } from '../../harness/records/schema.ts';
import { lora } from '../../methods/lora.ts';
import { METHODS } from '../../methods/index.ts';
import { datasetSha256, runId, TRAINING_SEMANTICS } from '../../harness/study/run-id.ts';

export const sha = sha256;
export const MODEL_SHA = sha('model');
export const DATA_FILES = [{ path: 'train.tsv', sha256: sha('train') }];
export const DATA_SHA = datasetSha256(DATA_FILES);

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

export const idOf = (config: RunConfig, modelSha256 = MODEL_SHA, dataSha256 = DATA_SHA): string =>
  runId({
    ...{
      config,
      optionsSchema: (METHODS.find(({ name }) => name === config.method.name) ?? lora).optionsSchema,
    },
    ...{ modelSha256, datasetSha256: dataSha256, semantics: TRAINING_SEMANTICS },
  });

function sharedFields(config: RunConfig) {
  return {
    schemaVersion: 4 as const,
    id: idOf(config),
    study: 'sample',
    config,
    seed: config.seed,
    model: { name: config.model, family: 'encoder', sha256: MODEL_SHA, totalParams: 1000 },
    dataset: {
      task: config.task.id,
      sha256: DATA_SHA,
      train: { read: 100, drawn: 80 },
      evaluation: { read: 10, scored: [{ set: setOf(config), examples: 6 }] },
      overlap: { exact: 0, near: 0 },
      files: DATA_FILES,
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

/** A completed record whose primary metric is `value`, as {@link predictionsOf} gives the predictions for. */
export function completed(
  config: RunConfig,
  value: number | null,
  losses: readonly number[] = [0.5, 0.25],
): CompletedRecord {
  return {
    ...sharedFields(config),
    status: 'completed',
    params: { trainable: 50, trainableCumulative: 200, stored: 60, storedBytes: 240, head: 5, total: 1000 },
    metrics: {
      primary: { name: 'pearson', value },
      all: { pearson: value },
      scoring: { overall: 'first', groups: {} },
    },
    trained: { steps: losses.length, examples: 32 * losses.length, tokens: 800 },
    asked: [{ set: setOf(config), promptsSha256: sha('prompts'), tokensSha256: sha('tokens') }],
    collapsed: collapseOverSets(predictionsFor(config, value), [setOf(config)], 'pearson', 'first'),
    unreadable: null,
    merges: [{ step: losses.length, layers: [0, 1], norm: 0.5, logits: 1e-7, freshOptimizer: null }],
    update: { maps: 0.01, roles: [{ role: 'q', norm: 0.01, rank: 1.5 }], others: null },
    forgetting: null,
    evaluations: [{ step: losses.length, metrics: { pearson: value } }],
    losses: [...losses],
    memory: {
      peakRss: 200e6,
      rss: losses.length === 0 ? null : { mean: 150e6, p95: 190e6, n: losses.length },
      weights: 4000,
      trainState: 800,
      activationsPlanned: null,
      device: null,
    },
    time: {
      secondsPerBatch: { median: 0.1, mean: 0.11, p05: 0.09, p95: 0.2, n: 2, warmup: 0 },
      secondsPerStep: { mean: 0.12, median: 0.11, p05: 0.1, p95: 0.2, n: 2 },
      trainSeconds: 1,
      tokensPerSecond: losses.length === 0 ? null : 800,
      evalSeconds: 0.5,
      mergeSeconds: 0,
      compileSeconds: 0.2,
      measureSeconds: 0.01,
      totalSeconds: 2,
    },
    attestation: {
      initSha256: sha('init'),
      dataOrderSha256: sha('order'),
      lossTraceSha256: hashLosses(losses),
      finalWeightsSha256: sha('weights'),
      predictionsSha256: sha(predictionLines(predictionsFor(config, value))),
    },
    error: null,
  };
}

export function unfinished(config: RunConfig, status: 'failed' | 'diverged', message: string): UnfinishedRecord {
  return { ...sharedFields(config), status, losses: [0.5], error: { message, step: 1 } };
}

/** The predictions of a run; none of one that is not completed. */
export function predictionsOf(record: RunRecord): Prediction[] {
  return record.status === 'completed' ? predictionsFor(record.config, record.metrics.primary.value) : [];
}

const setOf = ({ purpose }: RunConfig): string => (purpose === 'search' ? 'holdout' : 'dev');

/** Those whose correlation with the labels is `value`, to the last bit; a constant where it is null, or no correlation. */
function predictionsFor(config: RunConfig, value: number | null): Prediction[] {
  const labels = [1, -1, 0, 0, 0, 0];
  const scores = value === null || !(Math.abs(value) <= 1) ? labels.map(() => 0) : correlated(value, labels);
  return scores.map((score, i) => ({
    ...{ set: setOf(config), id: `${setOf(config)}-${i}`, label: labels[i] as number },
    ...{ prediction: score, scores: [score] },
  }));
}

function correlated(value: number, labels: readonly number[]): number[] {
  const rest = Math.sqrt(1 - value * value);
  // Rounding decides the last bit: some direction of what does not correlate gives what was asked for.
  for (let angle = 0.5; angle < 10; angle += 0.01) {
    const [one, other] = [rest * Math.cos(angle), rest * Math.sin(angle)];
    const scores = [value, -value, one, -one, other, -other];
    if (pearson(scores, labels) === value) return scores;
  }
  throw new Error(`no predictions have the correlation ${value}`);
}
