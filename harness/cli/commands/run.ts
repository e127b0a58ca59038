// `peftbench run STUDY`: runs what is missing, then prints the tables and writes the report.
import { type Command, Option } from 'commander';
import { isRelativePath, spelledFrom } from '../../study/model-path.ts';
import { type CheckedStudy, readStudy, type StudyFile } from '../../study/read.ts';
import type { BackendName } from '../../tensor/backend-names.ts';
import type { Device } from '../../tensor/device-names.ts';
import { claimsOfStudy, makesClaims } from '../claims-of-study.ts';
import { interruptible } from '../interruptible.ts';
import { parseOnly } from '../only.ts';
import {
  addSourceOptions,
  backendOption,
  defaultThreads,
  deviceOption,
  nonEmptyPath,
  positiveInteger,
  type SourceOptions,
  sourcesOf,
} from '../options.ts';
import type { Output } from '../output.ts';
import { readPaperFiles } from '../paper-files.ts';
import type { EmitEvent } from '../run-events.ts';
import type { Services } from '../services.ts';
import { copyStudy, refuseOtherStudy } from '../study-copy.ts';
import { rulesOf } from '../study-tables.ts';
import { orFetch } from '../where-to-get.ts';

export interface RunOptions extends SourceOptions {
  readonly out?: string;
  readonly only: readonly string[];
  readonly jobs: number;
  readonly backend: BackendName;
  readonly device?: Device;
  readonly threads?: number;
  readonly keepAdapters?: boolean;
  readonly rerun?: boolean;
  readonly overcommit?: boolean;
  readonly json?: boolean;
  readonly jsonLines?: boolean;
}

export function addRun(program: Command, services: Services, output: Output): void {
  const command = program
    .command('run')
    .description(
      "runs what is missing in a study's folder, resumes what was cut, then prints the tables and writes the report",
    )
    .argument('<study>', 'a folder with study.json, or the file itself')
    .option('--out <dir>', 'write records to this folder instead', nonEmptyPath)
    .option(
      '--only <key=value,...>',
      'only final runs with these: method, task, seed, model; may be repeated, and a pair with a comma stands in quotes',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .option('--jobs <n>', 'runs at once', positiveInteger, 1)
    .addOption(backendOption().default('onnx'))
    .addOption(deviceOption())
    .option('--threads <n>', 'threads of each run; results do not depend on them', positiveInteger)
    .option('--keep-adapters', "keep what final runs of decoders learn, in PEFT's form, in the folder's adapters/")
    .option(
      '--rerun',
      'take records again whose sources have changed since; each is replaced once its new one is there',
    )
    .option('--overcommit', "run although the predicted memory is more than this machine's")
    .option('--json', 'print one JSON document')
    .addOption(
      new Option('--json-lines', 'print what happens as it does, an event a line, in place of the tables').conflicts(
        'json',
      ),
    );
  addSourceOptions(command).action(async (study: string, options: RunOptions) => {
    output.exit(await orFetch(study, () => run(study, options, services, output)));
  });
}

/** Gives the exit code: 0, or 1 if some run failed. @throws InputError for bad input, with nothing written */
export async function run(path: string, options: RunOptions, services: Services, output: Output): Promise<number> {
  const sources = await sourcesOf(options, services);
  const catalogue = await services.catalogue(sources);
  const file = readStudy(path, catalogue);
  const judged = { ...catalogue, ruleSet: rulesOf(file.directory) };
  const folder = options.out ?? file.directory;
  const study = inFolder(file, folder);
  // Templates and claims that make no sense are refused before anything runs, not after hours.
  readPaperFiles(file.study, file.directory);
  if (makesClaims(file.directory)) claimsOfStudy(file.study, file.directory, judged);
  const copy = { file: file.file, folder, models: study.models };
  refuseOtherStudy(copy);
  const only = parseOnly(options.only, file.study);
  const given = new Map(study.models.map((model, index) => [model, file.study.models[index] ?? model]));
  const here = { ...sources, studyFolder: folder, studyFile: file.file };
  const emit: EmitEvent | undefined = options.jsonLines
    ? (event) => output.print(`${JSON.stringify(event)}\n`)
    : undefined;
  const { runStudy } = await import('../run-study.ts');
  return interruptible(async (signal) => {
    const outcome = await runStudy(
      {
        study,
        folder,
        sources: here,
        jobs: options.jobs,
        backend: options.backend,
        device: options.device,
        threads: options.threads ?? defaultThreads(options.jobs),
        keepAdapters: options.keepAdapters ?? false,
        rerun: options.rerun ?? false,
        overcommit: options.overcommit ?? false,
        wanted: (config) => only({ ...config, model: given.get(config.model) ?? config.model }),
        signal,
        emit,
        prepare: () => copyStudy(copy),
      },
      services,
      output.stderr,
    );
    if (emit !== undefined) emit({ event: 'done', ...outcome });
    // Loaded once there is something to draw.
    const { reportOfRun } = await import('../report-study.ts');
    const report = await reportOfRun(study, folder, judged, (config) => services.identifyRun(config, here));
    if (emit === undefined) {
      output.print(options.json ? `${JSON.stringify({ ...outcome, ...report.json }, null, 2)}\n` : report.text);
    }
    if (report.failure !== undefined) throw report.failure;
    return outcome.failed > 0 ? 1 : 0;
  });
}

/** The study as another folder holds it: paths of models and of templates start from there. */
function inFolder({ study, directory }: StudyFile, folder: string): CheckedStudy {
  const spelled = (name: string) => (isRelativePath(name) ? spelledFrom(name, directory, folder) : name);
  const { models, report } = study;
  return { ...study, models: models.map(spelled), ...(report && { report: report.map(spelled) }) };
}
