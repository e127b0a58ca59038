// Scores a model on a task as it is, without training, by a named protocol.
import type { ChoiceData, FileChecksum } from '../contracts/dataset.ts';
import { InputError } from '../contracts/input-error.ts';
import { metricOverSets } from '../metrics/over-sets.ts';
import { countBase } from '../models/count.ts';
import { loadDecoder, openModel } from '../models/load.ts';
import { type Bos, choicePrompts } from '../protocols/choice-prompt.ts';
import { type ChoiceScore, scoreChoice } from '../protocols/choice-score.ts';
import { PROMPT_FORMS } from '../protocols/prompt-form.ts';
import type { BackendName } from '../tensor/backend-names.ts';
import type { Device } from '../tensor/device-names.ts';
import { describeBackend, useBackend } from '../tensor/index.ts';
import { scoreBranches } from '../training/score-branches.ts';
import { cpuName } from './cpu-name.ts';
import { readTask } from './read-task.ts';
import type { Sources } from './services.ts';

export interface EvaluationJob extends Sources {
  readonly model: string;
  readonly task: string;
  /** The first so many examples of each evaluation set. */
  readonly limit: number | null;
  /** Solved examples before each question. */
  readonly shots: number;
  readonly bos: Bos;
  readonly backend: BackendName;
  readonly device: Device | undefined;
  readonly threads: number;
}

export interface EvaluationProgress {
  readonly done: number;
  readonly total: number;
}

export interface EvaluationReport {
  readonly model: { readonly name: string; readonly sha256: string; readonly totalParams: number };
  readonly task: {
    readonly id: string;
    readonly sets: readonly { readonly name: string; readonly examples: number }[];
    readonly groups: Readonly<Record<string, readonly string[]>>;
    readonly files: readonly FileChecksum[];
  };
  readonly protocol: {
    readonly name: 'likelihood';
    readonly form: string;
    readonly shots: number;
    readonly bos: Bos;
  };
  readonly examples: number;
  /**
   * acc by log-likelihood, acc_norm by log-likelihood a character, as lm-evaluation-harness has them: overall, of each group
   * and of each set (`<group>/acc`).
   */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** From the first prompt to the last score; loading the model is not in it. */
  readonly seconds: number;
  readonly peakRssBytes: number;
  readonly environment: {
    readonly backend: string;
    readonly device: string;
    readonly runtime: string;
    readonly threads: number;
    readonly cpu: string;
  };
}

export interface ModelEvaluation {
  readonly report: EvaluationReport;
  readonly scores: readonly SetScore[];
}

export interface SetScore extends ChoiceScore {
  readonly set: string;
}

/** @throws InputError for a model or a task that will not do */
export async function evaluateModel(
  { model: name, task: taskId, limit, shots, bos, backend, device, threads, dataRoots, modelsDir }: EvaluationJob,
  onProgress: (progress: EvaluationProgress) => void,
): Promise<ModelEvaluation> {
  const { data, files: dataFiles } = await readTask(taskId, dataRoots);
  if (data.kind !== 'choice') {
    throw new InputError(`the protocol likelihood scores options; ${taskId} is a task of ${data.kind}`);
  }
  const form = PROMPT_FORMS[data.promptForm ?? 'question'];
  const sets = askedSets(data, limit, shots, taskId);
  const opened = await openModel(name, modelsDir);
  const { files, spec } = opened;
  if (spec.family !== 'decoder') {
    throw new InputError(
      `the protocol likelihood needs a decoder; ${name} is an encoder, which has to be trained first`,
    );
  }
  useBackend(backend, { threads, device });
  const decoder = loadDecoder({ files, spec });
  const examples = sets.flatMap((set) => set.examples.map((example) => ({ set: set.name, example })));

  const began = performance.now();
  const prompts = sets.flatMap((set) =>
    choicePrompts(set.examples, { ...set, form, bos, maxLength: spec.maxPositions }, files.tokenizer),
  );
  const logLikelihoods = scoreBranches(decoder, prompts, (done) => onProgress({ done, total: examples.length }));
  const seconds = (performance.now() - began) / 1000;
  const scores = examples.map(({ set, example }, i) => ({
    set,
    ...scoreChoice(example, form.answers(example), logLikelihoods[i] as number[]),
  }));
  return {
    report: {
      model: { name, sha256: files.sha256, totalParams: countBase(spec) },
      task: {
        id: taskId,
        sets: sets.map((set) => ({ name: set.name, examples: set.examples.length })),
        groups: data.groups ?? {},
        files: dataFiles,
      },
      protocol: { name: 'likelihood', form: form.template, shots, bos },
      examples: examples.length,
      metrics: metricsOf(scores, data, sets),
      seconds,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
      environment: { ...describeBackend(), threads, cpu: cpuName() },
    },
    scores,
  };
}

interface AskedSet {
  readonly name: string;
  readonly examples: ChoiceData['train'];
  readonly header: string;
  readonly shots: ChoiceData['train'];
}

/** @throws InputError where more shots are asked for than there are */
function askedSets(data: ChoiceData, limit: number | null, shots: number, task: string): AskedSet[] {
  return data.evaluation.map((set) => {
    const there = set.shots ?? data.train;
    if (shots > there.length) {
      const place = set.shots === undefined ? 'the training split' : set.name;
      throw new InputError(`--shots ${shots}: ${task} has ${there.length} in ${place}`);
    }
    const examples = set.examples.slice(0, limit ?? set.examples.length);
    return { name: set.name, examples, header: set.header ?? '', shots: there.slice(0, shots) };
  });
}

function metricsOf(
  scores: readonly SetScore[],
  { overall, groups }: ChoiceData,
  sets: readonly AskedSet[],
): Record<string, number | null> {
  const over = (metric: string, of: (score: ChoiceScore) => number) => {
    const right = sets.map(({ name }) => ({
      name,
      right: scores.filter(({ set }) => set === name).map((score) => of(score) === score.label),
    }));
    return metricOverSets(metric, right, overall, groups).all;
  };
  return { ...over('acc', (score) => score.prediction), ...over('acc_norm', (score) => score.predictionNorm) };
}
