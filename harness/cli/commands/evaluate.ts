// `peftbench evaluate`: scores a model on a task without training it.
import { dirname } from 'node:path';
import { SingleBar } from 'cli-progress';
import { type Command, Option } from 'commander';
import { BASE_PRECISIONS } from '../../contracts/base-precision.ts';
import { PROTOCOLS } from '../../contracts/run-config.ts';
import { failureOf } from '../../contracts/write-error.ts';
import { BOS } from '../../protocols/choice-prompt.ts';
import { makeFolder, writeWhole } from '../../records/write-whole.ts';
import { alignedTable } from '../../report/markdown.ts';
import type { ChoiceScoring } from '../../training/evaluate-choices.ts';
import { bundle } from '../bundle-worker.ts';
import { runInChild } from '../child-process.ts';
import type { EvaluationJob, EvaluationProgress, EvaluationReport, ModelEvaluation } from '../evaluate-model.ts';
import { answersFile } from '../answers-file.ts';
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
import type { Output } from '../output.ts';
import { requireWritable } from '../require-writable.ts';
import type { Services } from '../services.ts';

interface EvaluateOptions
  extends SourceOptions,
    Pick<EvaluationJob, 'model' | 'task' | 'precision' | 'backend' | 'device'>,
    ChoiceScoring {
  readonly adapter?: string;
  readonly limit?: number;
  readonly out?: string;
  readonly threads?: number;
  readonly json?: boolean;
}

export function addEvaluate(program: Command, services: Services, output: Output): void {
  const command = program
    .command('evaluate')
    .description('scores a model on a task without training it')
    .requiredOption('--model <name>', "a preset's name, a folder or a file")
    .requiredOption('--task <id>', 'an id of `list datasets`')
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
      'where the answers go with their log-likelihoods, as JSON lines; a file or a folder',
      nonEmptyPath,
    )
    .addOption(backendOption().default('onnx'))
    .addOption(deviceOption())
    .option('--threads <n>', 'threads of the tensor runtime; scores do not depend on them', positiveInteger)
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action(async (options: EvaluateOptions) => {
    output.exit(await evaluate(options, services, output));
  });
}

/** Gives the exit code. @throws InputError for bad input, with nothing written; WriteError once all is printed */
async function evaluate(options: EvaluateOptions, services: Services, output: Output): Promise<number> {
  const { model, adapter, precision, task, protocol, shots, beams, bos, backend, device } = options;
  const { limit = null, threads = defaultThreads(1) } = options;
  const sources = await sourcesOf(options, services);
  const scoring = { protocol, shots, beams, bos };
  const job = { ...sources, model, adapter, precision, task, scoring, backend, device, limit, threads };
  const file = answersFile(job, options.out);
  requireWritable(file);
  await services.requireBackend(backend, device);
  return interruptible(async (signal) => {
    const { report, answers, notes } = await inProcess(job, output.stderr, signal);
    for (const note of notes) output.stderr.write(`${note}\n`);
    const failure = failureOf(() => {
      makeFolder(dirname(file));
      writeWhole(file, answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
    });
    const written = failure === undefined ? file : null;
    output.print(
      options.json ? `${JSON.stringify({ ...report, answers: written }, null, 2)}\n` : describe(report, written),
    );
    if (failure !== undefined) throw failure;
    return 0;
  });
}

async function inProcess(
  job: EvaluationJob,
  stderr: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<ModelEvaluation> {
  const worker = await bundle('evaluate-worker.ts');
  const bar = new SingleBar({ format: '{bar} {value}/{total} examples', stream: stderr, noTTYOutput: false });
  const onProgress = ({ done, total }: EvaluationProgress) => {
    if (!bar.isActive) bar.start(total, 0);
    bar.update(done);
  };
  try {
    const onOutput = (line: string) => void stderr.write(`${line}\n`);
    return await runInChild(worker.entry, job, { onProgress, onOutput }, signal);
  } finally {
    bar.stop();
    await worker.remove();
  }
}

/** The figures over all, then those of each group of sets, or of each set. */
function describe(report: EvaluationReport, file: string | null): string {
  const { model, task, protocol, examples, seconds, peakRssBytes } = report;
  const figures = (prefix: string) =>
    ['acc', 'acc_norm'].map((metric) => report.metrics[`${prefix}${metric}`]?.toFixed(4) ?? '');
  const counts = new Map(task.sets.map((set) => [set.name, set.examples]));
  const countOf = (sets: readonly string[]) => sets.reduce((sum, set) => sum + (counts.get(set) ?? 0), 0);
  const asked = [protocol.name, `${protocol.shots}`];
  const cost = [seconds.toFixed(1), (peakRssBytes / 2 ** 20).toFixed(0)];
  const parts = Object.entries(task.groups);
  const shown = parts.length > 0 || task.sets.length < 2 ? parts : task.sets.map(({ name }) => [name, [name]] as const);
  const rows = [
    [model.name, task.id, ...asked, `${examples}`, ...figures(''), ...cost],
    ...shown.map(([group, sets]) => ['', `- ${group}`, ...asked, `${countOf(sets)}`, ...figures(`${group}/`), '', '']),
  ];
  const headings = ['model', 'task', 'protocol', 'shots', 'examples', 'acc', 'acc_norm', 'seconds', 'peak RSS MB'];
  return `${alignedTable(headings, rows, 3)}\n\nanswers: ${file ?? 'not written'}\n`;
}
