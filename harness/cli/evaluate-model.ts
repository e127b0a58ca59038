// Scores a model on a task as it is, without training, by a named protocol.
import type { BasePrecision } from '../contracts/base-precision.ts';
import type { FileChecksum } from '../contracts/dataset.ts';
import { InputError } from '../contracts/input-error.ts';
import { NotFinite } from '../contracts/not-finite.ts';
import type { Protocol } from '../contracts/run-config.ts';
import { applyAdapter } from '../models/adapter-folder.ts';
import { countBase } from '../models/count.ts';
import { loadDecoder, openModel } from '../models/load.ts';
import type { BackendName } from '../tensor/backend-names.ts';
import type { Device } from '../tensor/device-names.ts';
import { describeBackend, useBackend } from '../tensor/index.ts';
import {
  answerChoices,
  type ChoiceAnswer,
  type ChoiceScoring,
  choiceMetrics,
  formOf,
} from '../training/evaluate-choices.ts';
import { limited } from '../training/splits.ts';
import { checkShots } from './check-run.ts';
import { cpuName } from './cpu-name.ts';
import { readTask } from './read-task.ts';
import type { Sources } from './services.ts';

export interface EvaluationJob extends Sources {
  readonly model: string;
  /** A folder with what was learned, in PEFT's form. */
  readonly adapter: string | undefined;
  readonly precision: BasePrecision;
  readonly task: string;
  /** The first so many examples of each evaluation set. */
  readonly limit: number | null;
  readonly scoring: ChoiceScoring;
  readonly backend: BackendName;
  readonly device: Device | undefined;
  readonly threads: number;
}

export interface EvaluationProgress {
  readonly done: number;
  readonly total: number;
}

export interface EvaluationReport {
  readonly model: {
    readonly name: string;
    readonly sha256: string;
    readonly totalParams: number;
    readonly precision: BasePrecision;
    /** The folder of the adapter and the SHA-256 of its weights. */
    readonly adapter: { readonly name: string; readonly sha256: string } | null;
  };
  readonly task: {
    readonly id: string;
    readonly sets: readonly { readonly name: string; readonly examples: number }[];
    readonly groups: Readonly<Record<string, readonly string[]>>;
    readonly files: readonly FileChecksum[];
  };
  readonly protocol: { readonly name: Protocol; readonly form: string } & Omit<ChoiceScoring, 'protocol'>;
  readonly examples: number;
  /**
   * acc, and of the protocol likelihood acc_norm (by log-likelihood a character), as lm-evaluation-harness has them: overall,
   * of each group and of each set (`<group>/acc`).
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
  readonly answers: readonly ChoiceAnswer[];
  /** What is odd, a line each. */
  readonly notes: readonly string[];
}

/** @throws InputError for a model, an adapter or a task that will not do; NotFinite where scores are not finite */
export async function evaluateModel(
  {
    model: name,
    adapter,
    precision,
    task: taskId,
    limit,
    scoring,
    backend,
    device,
    threads,
    ...sources
  }: EvaluationJob,
  onProgress: (progress: EvaluationProgress) => void,
): Promise<ModelEvaluation> {
  const { protocol, ...settings } = scoring;
  const { data, files: dataFiles } = await readTask({ id: taskId }, sources.dataRoots);
  if (data.kind !== 'choice') {
    throw new InputError(
      `the protocol ${protocol} answers questions with options; ${taskId} is a task of ${data.kind}`,
    );
  }
  checkShots(taskId, data, settings.shots);
  const { files, spec } = await openModel(name, sources.modelsDir);
  if (spec.family !== 'decoder') {
    throw new InputError(
      `the protocol ${protocol} needs a decoder; ${name} is an encoder, which has to be trained first`,
    );
  }
  useBackend(backend, { threads, device });
  const decoder = loadDecoder({ files, spec, precision });
  const applied = adapter === undefined ? undefined : applyAdapter(adapter, decoder);
  const evaluation = limited(data.evaluation, limit);
  const asked = { ...data, evaluation };

  const began = performance.now();
  const subject = adapter === undefined ? name : `${name} with ${adapter}`;
  const answers = namingFailures(`${subject} on ${taskId}`, () =>
    answerChoices(decoder, files.tokenizer, asked, scoring, (done, total) => onProgress({ done, total })),
  );
  const seconds = (performance.now() - began) / 1000;
  return {
    report: {
      model: {
        ...{ name, sha256: files.sha256, totalParams: countBase(spec), precision },
        adapter: adapter === undefined || applied === undefined ? null : { name: adapter, sha256: applied.sha256 },
      },
      task: {
        id: taskId,
        sets: evaluation.map((set) => ({ name: set.name, examples: set.examples.length })),
        groups: data.groups ?? {},
        files: dataFiles,
      },
      protocol: { name: protocol, form: formOf(data, scoring).template, ...settings },
      examples: answers.length,
      metrics: choiceMetrics(answers, asked),
      seconds,
      peakRssBytes: process.resourceUsage().maxRSS * 1024,
      environment: { ...describeBackend(), threads, cpu: cpuName() },
    },
    answers,
    notes: applied?.changes === false ? [`${adapter}: the adapter changes nothing: the scores are the base's`] : [],
  };
}

function namingFailures<Result>(what: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof NotFinite ? new NotFinite(`${what}: ${error.message}; expected finite scores`) : error;
  }
}
