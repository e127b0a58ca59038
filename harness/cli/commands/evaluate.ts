// `peftbench evaluate`: scores a model on tasks without training it.
import { dirname } from 'node:path';
import { type Command, Option } from 'commander';
import { BASE_PRECISIONS } from '../../contracts/base-precision.ts';
import { Faults, InputError } from '../../contracts/input-error.ts';
import { PROTOCOLS } from '../../contracts/run-config.ts';
import { shown } from '../../contracts/validate.ts';
import { failureOf } from '../../contracts/write-error.ts';
import { BOS } from '../../protocols/choice-prompt.ts';
import { makeFolder, writeWhole } from '../../records/write-whole.ts';
import { alignedTable } from '../../report/markdown.ts';
import type { ChoiceScoring } from '../../training/evaluate-choices.ts';
import { bundle } from '../bundle-worker.ts';
import { runInChild } from '../child-process.ts';
import { answersFile, isFolderPath } from '../answers-file.ts';
import type { Activity } from '../display/activity.ts';
import { openDisplay } from '../display/display.ts';
import type {
  EvaluationJob,
  EvaluationProgress,
  EvaluationReport,
  EvaluationsJob,
  ModelEvaluation,
} from '../evaluate-model.ts';
import { interruptible } from '../interruptible.ts';
import {
  addSourceOptions,
  backendOption,
  defaultThreads,
  deviceOption,
  nonEmptyPath,
  positiveInteger,
  type SourceOptions,
  sourcesOf,
  wholeNumber,
} from '../options.ts';
import { type Output, writeLine } from '../output.ts';
import { requireWritable } from '../require-writable.ts';
import type { Services } from '../services.ts';

interface EvaluateOptions
  extends SourceOptions,
    Pick<EvaluationJob, 'model' | 'precision' | 'backend' | 'device'>,
    ChoiceScoring {
  readonly task: readonly string[];
  readonly adapter?: string;
  readonly limit?: number;
  readonly out?: string;
  readonly threads?: number;
  readonly json?: boolean;
}

export function addEvaluate(program: Command, services: Services, output: Output): void {
  const command = program
    .command('evaluate')
    .description('scores a model on tasks without training it')
    .requiredOption('--model <name>', "a preset's name, a folder or a file")
    .requiredOption(
      '--task <ids>',
      'ids of `list tasks`, between commas, or the option again; the model is loaded once',
      (text: string, before: readonly string[] = []) => [...before, ...text.split(',')],
    )
    .option('--adapter <dir>', "what was learned of the model, in PEFT's form: see `run --keep-adapters`")
    .addOption(new Option('--protocol <name>', 'how it is scored').choices(PROTOCOLS).default('likelihood'))
    .option('--beams <n>', 'of the protocol generate; 1 decodes greedily', positiveInteger, 1)
    .addOption(new Option('--precision <name>', 'of its matrices in memory').choices(BASE_PRECISIONS).default('f32'))
    .addOption(
      new Option('--bos <when>', 'whether a text begins with the token that begins texts: as the tokenizer has it, or')
        .choices(BOS)
        .default('tokenizer'),
    )
    .option('--shots <n>', 'solved examples before each question, the first ones there are', wholeNumber, 0)
    .option('--limit <n>', 'only the first so many examples of each evaluation set', positiveInteger)
    .option(
      '--out <file>',
      'where the answers go with their log-likelihoods, as JSON lines; a file, or of several tasks a folder',
      nonEmptyPath,
    )
    .addOption(backendOption().default('onnx'))
    .addOption(deviceOption())
    .option('--threads <n>', 'threads of the tensor runtime; scores do not depend on them', positiveInteger)
    .option('--json', 'print one JSON document: of several tasks, a list');
  addSourceOptions(command).action(async (options: EvaluateOptions) => {
    output.exit(await evaluate(options, services, output));
  });
}

/** Gives the exit code. @throws InputError for bad input, with nothing written; WriteError once all is printed */
async function evaluate(options: EvaluateOptions, services: Services, output: Output): Promise<number> {
  const { model, adapter, precision, task: tasks, protocol, shots, beams, bos, backend, device } = options;
  const { limit = null, threads = defaultThreads(1) } = options;
  requireDistinct(tasks);
  if (tasks.length > 1 && options.out !== undefined && !isFolderPath(options.out)) {
    throw new InputError(
      `--out: ${options.out} is a file; expected a folder (with a / at its end), as there are several tasks`,
    );
  }
  const sources = await sourcesOf(options, services);
  const scoring = { protocol, shots, beams, bos };
  const job = { ...sources, model, adapter, precision, scoring, backend, device, limit, threads };
  const files = tasks.map((task) => answersFile({ ...job, task }, options.out));
  for (const file of files) requireWritable(file);
  await services.requireBackend(backend, device);
  return interruptible(
    async (signal) => {
      const evaluations = await inProcess({ ...job, tasks }, output.stderr, signal);
      for (const note of evaluations.flatMap(({ notes }) => notes)) writeLine(output.stderr, note);
      const written = evaluations.map(({ answers, report }, index) =>
        writeAnswers(answers, report, files[index] ?? ''),
      );
      const documents = written.map(({ report, failure, file }) => ({ ...report, answers: failure ? null : file }));
      output.print(
        options.json
          ? `${JSON.stringify(documents.length === 1 ? documents[0] : documents, null, 2)}\n`
          : describe(documents),
      );
      const failed = written.find(({ failure }) => failure !== undefined);
      if (failed !== undefined) throw failed.failure;
      return 0;
    },
    () => writeLine(output.stderr, 'interrupted: nothing was written; the same command begins again'),
  );
}

/** @throws InputError naming a task that stands there twice */
function requireDistinct(tasks: readonly string[]): void {
  const faults = new Faults();
  for (const [index, task] of tasks.entries()) {
    if (tasks.indexOf(task) === index) continue;
    faults.add(new InputError(`--task: ${shown(task)} stands there twice; expected each task once`));
  }
  faults.throw();
}

function writeAnswers(answers: ModelEvaluation['answers'], report: EvaluationReport, file: string) {
  const failure = failureOf(() => {
    makeFolder(dirname(file));
    writeWhole(file, answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
  });
  return { report, file, failure };
}

async function inProcess(
  job: EvaluationsJob,
  stderr: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<ModelEvaluation[]> {
  const worker = await bundle('evaluate-worker.ts');
  const display = openDisplay(stderr, { announces: true });
  let shown: { readonly task: string; readonly activity: Activity } | undefined;
  const onProgress = ({ task, ...progress }: EvaluationProgress) => {
    if (shown?.task !== task) {
      shown?.activity.end();
      shown = { task, activity: display.begin(`${job.model} · ${task}`) };
    }
    shown.activity.update(progress);
  };
  try {
    return await runInChild(worker.entry, job, { onProgress, onOutput: display.log }, signal);
  } finally {
    display.stop();
    await worker.remove();
  }
}

type Document = EvaluationReport & { readonly answers: string | null };

/** Of each task the figures over all, then those of each group of sets, or of each set. */
function describe(documents: readonly Document[]): string {
  const headings = ['model', 'task', 'protocol', 'shots', 'examples', 'acc', 'acc_norm', 'seconds', 'peak RSS MB'];
  const files = documents.map(({ answers }) => `answers: ${answers ?? 'not written'}\n`);
  return `${alignedTable(headings, documents.flatMap(rowsOf), 3)}\n\n${ERRORS}\n${files.join('')}`;
}

const ERRORS = 'After ± is the standard error over the examples.';

function rowsOf({ model, task, protocol, examples, metrics, standardErrors, seconds, peakRssBytes }: Document) {
  const figures = (prefix: string) =>
    ['acc', 'acc_norm'].map((metric) => withError(metrics[`${prefix}${metric}`], standardErrors[`${prefix}${metric}`]));
  const counts = new Map(task.sets.map((set) => [set.name, set.examples]));
  const countOf = (sets: readonly string[]) => sets.reduce((sum, set) => sum + (counts.get(set) ?? 0), 0);
  const asked = [protocol.name, `${protocol.shots}`];
  const cost = [seconds.toFixed(1), (peakRssBytes / 2 ** 20).toFixed(0)];
  const parts = Object.entries(task.groups);
  const shown = parts.length > 0 || task.sets.length < 2 ? parts : task.sets.map(({ name }) => [name, [name]] as const);
  return [
    [model.name, task.id, ...asked, `${examples}`, ...figures(''), ...cost],
    ...shown.map(([group, sets]) => ['', `- ${group}`, ...asked, `${countOf(sets)}`, ...figures(`${group}/`), '', '']),
  ];
}

/** `0.2569 ± 0.0124` */
function withError(value: number | null | undefined, error: number | null | undefined): string {
  if (value === null || value === undefined) return '';
  return `${value.toFixed(4)}${error === null || error === undefined ? '' : ` ± ${error.toFixed(4)}`}`;
}
