// `peftbench run STUDY`: runs what is missing, then prints the tables.
import { copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { RunConfig } from '../../contracts/run-config.ts';
import { InputError } from '../../contracts/input-error.ts';
import { nearestName } from '../../contracts/nearest.ts';
import type { RunRecord } from '../../records/schema.ts';
import { readRecords, runsFolder } from '../../records/store.ts';
import { aggregate } from '../../report/aggregate.ts';
import { markdownTables } from '../../report/markdown.ts';
import { readStudy, type StudyFile } from '../../study/read.ts';
import { recordsOfStudy } from '../../study/select.ts';
import { addSourceOptions, defaultThreads, positiveInteger, type SourceOptions, sourcesOf } from '../options.ts';
import { runStudy } from '../run-study.ts';
import type { Services } from '../services.ts';
import { Interrupted } from '../workers.ts';
import type { Output } from '../output.ts';

export interface RunOptions extends SourceOptions {
  readonly out?: string;
  readonly only?: string;
  readonly jobs: number;
  readonly threads?: number;
  readonly json?: boolean;
}

export function addRun(program: Command, services: Services, output: Output): void {
  const command = program
    .command('run')
    .description("runs what is missing in a study's folder, resumes what was cut, then prints the tables")
    .argument('<study>', 'a folder with study.json, or the file itself')
    .option('--out <dir>', 'write records to this folder instead')
    .option('--only <key=value,...>', 'only final runs with these: method, task, seed, model')
    .option('--jobs <n>', 'runs at once', positiveInteger, 1)
    .option('--threads <n>', 'threads of each run; results do not depend on them', positiveInteger)
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action(async (study: string, options: RunOptions) => {
    output.exit(await run(study, options, services, output));
  });
}

/** Gives the exit code: 0, or 1 if some run failed. @throws InputError for bad input, with nothing written */
export async function run(path: string, options: RunOptions, services: Services, output: Output): Promise<number> {
  const file = readStudy(path, await services.catalogue());
  const folder = options.out ?? file.directory;
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const outcome = await runStudy(
      {
        study: file.study,
        folder,
        sources: await sourcesOf(options, services),
        jobs: options.jobs,
        threads: options.threads ?? defaultThreads(options.jobs),
        wanted: parseOnly(options.only),
        signal: interrupt.signal,
        prepare: () => copyStudy(file, folder),
      },
      services,
      output.stderr,
    );
    const records = finalRecords(file, folder);
    const summary = aggregate(records);
    output.print(
      options.json
        ? `${JSON.stringify({ study: file.study.name, ...outcome, ...summary }, null, 2)}\n`
        : `${markdownTables(file.study.name, summary)}\n`,
    );
    return outcome.failed > 0 ? 1 : 0;
  } catch (error) {
    if (error instanceof Interrupted) return 130;
    throw error;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** The records of the study's final runs, in its order. */
export function finalRecords(file: StudyFile, folder: string): readonly RunRecord[] {
  return recordsOfStudy(file.study, readRecords(runsFolder(folder))).finals;
}

function copyStudy(file: StudyFile, folder: string): void {
  if (resolve(folder) === resolve(file.directory)) return;
  mkdirSync(folder, { recursive: true });
  copyFileSync(file.file, join(folder, 'study.json'));
}

const FILTERS: Readonly<Record<string, (config: RunConfig) => string>> = {
  method: (config) => config.method.label,
  task: (config) => config.task.id,
  seed: (config) => String(config.seed),
  model: (config) => config.model,
};

/** `method=lora,seed=0` as a test of configurations. */
function parseOnly(only: string | undefined): (config: RunConfig) => boolean {
  const tests = (only === undefined ? [] : only.split(',')).map((pair) => {
    const [key = '', value] = pair.split('=', 2);
    const field = FILTERS[key];
    if (field !== undefined && value !== undefined) return (config: RunConfig) => field(config) === value;
    const names = Object.keys(FILTERS);
    const nearest = nearestName(key, names);
    const hint = nearest === undefined || nearest === key ? '' : `, did you mean ${nearest}=...?`;
    throw new InputError(
      `--only: ${JSON.stringify(pair)}${hint}; expected key=value with a key of ${names.join(', ')}`,
    );
  });
  return (config) => tests.every((test) => test(config));
}
