// Scores a model on tasks as it is, without training, by a named protocol.
import type { BasePrecision } from '../contracts/base-precision.ts';
import type { ChoiceData, FileChecksum } from '../contracts/dataset.ts';
import { Faults, InputError } from '../contracts/input-error.ts';
import { NotFinite } from '../contracts/not-finite.ts';
import type { Protocol } from '../contracts/run-config.ts';
import { applyAdapter } from '../models/adapter-folder.ts';
import { countBase } from '../models/count.ts';
import { loadDecoder, openModel } from '../models/load.ts';
import { accuracyErrors } from '../stats/accuracy-error.ts';
import type { BackendName } from '../tensor/backend-names.ts';
import type { Device } from '../tensor/device-names.ts';
import { describeBackend, useBackend } from '../tensor/index.ts';
import {
  answerChoices,
  type AskedChoices,
  type ChoiceAnswer,
  type ChoiceScoring,
  choiceMetrics,
  formOf,
} from '../training/evaluate-choices.ts';
import { limited } from '../training/splits.ts';
import { checkShots } from './check-run.ts';
import { cpuName } from './cpu-name.ts';
import { readTask } from './read-task.ts';
import type { Sources } from './run-context.ts';

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

/** Several tasks, one after the other, of a model that is loaded once. */
export type EvaluationsJob = Omit<EvaluationJob, 'task'> & { readonly tasks: readonly string[] };

export interface EvaluationProgress {
  /** While loading, the first. */
  readonly task: string;
  readonly phase: 'load' | 'evaluate';
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
  /** Of each of them, over the examples; null of one example. */
  readonly standardErrors: Readonly<Record<string, number | null>>;
  /** From the first prompt to the last score; loading the model is not in it. */
  readonly seconds: number;
  /** Of the process up to the last score; of several tasks, those before are in it. */
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
  { task, ...job }: EvaluationJob,
  onProgress: (progress: EvaluationProgress) => void,
): Promise<ModelEvaluation> {
  const [evaluation] = await evaluateTasks({ ...job, tasks: [task] }, onProgress);
  if (evaluation === undefined) throw new Error(`no evaluation of ${task}`);
  return evaluation;
}

/** In the order of the tasks. @throws InputError before any is scored, naming each task that will not do; else as evaluateModel */
export async function evaluateTasks(
  job: EvaluationsJob,
  onProgress: (progress: EvaluationProgress) => void,
): Promise<ModelEvaluation[]> {
  const { model: name, adapter, precision, scoring, backend, device, threads, dataRoots, modelsDir } = job;
  const read = await readChoices(job.tasks, dataRoots, scoring);
  const { files, spec } = await openModel(name, modelsDir);
  if (spec.family !== 'decoder') {
    throw new InputError(
      `the protocol ${scoring.protocol} needs a decoder; ${name} is an encoder, which has to be trained first`,
    );
  }
  useBackend(backend, { threads, device });
  onProgress({ task: job.tasks[0] ?? '', phase: 'load', done: 0, total: 1 });
  const decoder = loadDecoder({ files, spec, precision });
  const applied = adapter === undefined ? undefined : applyAdapter(adapter, decoder);
  const model = {
    ...{ name, sha256: files.sha256, totalParams: countBase(spec), precision },
    adapter: adapter === undefined || applied === undefined ? null : { name: adapter, sha256: applied.sha256 },
  };
  const notes =
    applied?.changes === false ? [`${adapter}: the adapter changes nothing: the scores are the base's`] : [];
  const subject = adapter === undefined ? name : `${name} with ${adapter}`;
  const score = ({ id }: ReadChoices, asked: AskedChoices) =>
    namingFailures(`${subject} on ${id}`, () =>
      answerChoices(decoder, files.tokenizer, asked, scoring, (done, total) =>
        onProgress({ task: id, phase: 'evaluate', done, total }),
      ),
    );
  return read.map((task, index) => {
    const { answers, ...scored } = scoredTask(task, job, score);
    return {
      report: { model, ...scored, environment: { ...describeBackend(), threads, cpu: cpuName() } },
      answers,
      notes: index === 0 ? notes : [],
    };
  });
}

interface ReadChoices {
  readonly id: string;
  readonly data: ChoiceData;
  readonly files: readonly FileChecksum[];
}

/** @throws InputError for each task that is unknown, has no data, is none of choice, or has too few examples to show */
async function readChoices(
  tasks: readonly string[],
  roots: readonly string[],
  { protocol, shots }: ChoiceScoring,
): Promise<ReadChoices[]> {
  const faults = new Faults();
  const read: ReadChoices[] = [];
  for (const id of tasks) {
    const each = await faults.ofLater(async () => {
      const { data, files } = await readTask({ id }, roots);
      if (data.kind !== 'choice') {
        throw new InputError(
          `the protocol ${protocol} answers questions with options; ${id} is a task of ${data.kind}`,
        );
      }
      checkShots(id, data, shots);
      return { id, data, files };
    });
    if (each !== undefined) read.push(each);
  }
  faults.throw();
  return read;
}

function scoredTask(
  task: ReadChoices,
  { scoring, limit }: EvaluationsJob,
  score: (task: ReadChoices, asked: AskedChoices) => ChoiceAnswer[],
) {
  const { id, data, files } = task;
  const { protocol, ...settings } = scoring;
  const evaluation = limited(data.evaluation, limit);
  const asked = { ...data, evaluation };
  const began = performance.now();
  const answers = score(task, asked);
  const seconds = (performance.now() - began) / 1000;
  return {
    task: {
      id,
      sets: evaluation.map((set) => ({ name: set.name, examples: set.examples.length })),
      groups: data.groups ?? {},
      files,
    },
    protocol: { name: protocol, form: formOf(data, scoring).template, ...settings },
    examples: answers.length,
    metrics: choiceMetrics(answers, asked),
    standardErrors: errorsOf(answers, asked),
    seconds,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    answers,
  };
}

/** By the names of the metrics. */
function errorsOf(answers: readonly ChoiceAnswer[], { evaluation, overall, groups }: AskedChoices) {
  const hasNorm = answers.every(({ predictionNorm }) => predictionNorm !== undefined);
  const errors = (metric: string, predictionOf: (answer: ChoiceAnswer) => number | undefined) => {
    const sets = evaluation.map(({ name }) => {
      const own = answers.filter(({ set }) => set === name);
      return { name, right: own.map((answer) => predictionOf(answer) === answer.label) };
    });
    return accuracyErrors(metric, sets, overall, groups);
  };
  return {
    ...errors('acc', ({ prediction }) => prediction),
    ...(hasNorm && errors('acc_norm', ({ predictionNorm }) => predictionNorm)),
  };
}

function namingFailures<Result>(what: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof NotFinite ? new NotFinite(`${what}: ${error.message}; expected finite scores`) : error;
  }
}
