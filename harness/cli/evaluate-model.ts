// Scores a model on a task as it is, without training, by a named protocol.
import type { FileChecksum } from '../contracts/dataset.ts';
import { InputError } from '../contracts/input-error.ts';
import { countBase } from '../models/count.ts';
import { loadDecoder, openModel } from '../models/load.ts';
import { type Bos, choicePrompt, QUESTION_FORM } from '../protocols/choice-prompt.ts';
import { type ChoiceScore, choiceMetrics, scoreChoice } from '../protocols/choice-score.ts';
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
  /** The first so many examples. */
  readonly limit: number | null;
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
  readonly task: { readonly id: string; readonly split: string; readonly files: readonly FileChecksum[] };
  readonly protocol: { readonly name: 'likelihood'; readonly form: string; readonly bos: Bos };
  readonly examples: number;
  /** acc by log-likelihood, acc_norm by log-likelihood a character, as lm-evaluation-harness has them. */
  readonly metrics: { readonly acc: number; readonly acc_norm: number };
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
  readonly scores: readonly ChoiceScore[];
}

/** @throws InputError for a model or a task that will not do */
export async function evaluateModel(
  { model: name, task: taskId, limit, bos, backend, device, threads, dataRoots, modelsDir }: EvaluationJob,
  onProgress: (progress: EvaluationProgress) => void,
): Promise<ModelEvaluation> {
  const { data, files: dataFiles } = await readTask({ id: taskId }, dataRoots);
  if (data.kind !== 'choice') {
    throw new InputError(`the protocol likelihood scores options; ${taskId} is a task of ${data.kind}`);
  }
  const opened = await openModel(name, modelsDir);
  const { files, spec } = opened;
  if (spec.family !== 'decoder') {
    throw new InputError(
      `the protocol likelihood needs a decoder; ${name} is an encoder, which has to be trained first`,
    );
  }
  useBackend(backend, { threads, device });
  const decoder = loadDecoder({ files, spec });
  const [{ name: split, examples: all }] = data.evaluation;
  const examples = limit === null ? all : all.slice(0, limit);

  const began = performance.now();
  const prompts = examples.map((example) => choicePrompt(example, files.tokenizer, bos, spec.maxPositions));
  const logLikelihoods = scoreBranches(decoder, prompts, (done) => onProgress({ done, total: examples.length }));
  const seconds = (performance.now() - began) / 1000;
  const scores = examples.map((example, i) => scoreChoice(example, logLikelihoods[i] as number[]));
  return {
    report: {
      model: { name, sha256: files.sha256, totalParams: countBase(spec) },
      task: { id: taskId, split, files: dataFiles },
      protocol: { name: 'likelihood', form: `${QUESTION_FORM} {option}`, bos },
      examples: examples.length,
      metrics: choiceMetrics(scores),
      seconds,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
      environment: { ...describeBackend(), threads, cpu: cpuName() },
    },
    scores,
  };
}
