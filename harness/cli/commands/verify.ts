// `peftbench verify STUDY|RECORD`: runs again and compares with what was recorded, bit for bit.
import { statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { type Command, Option } from 'commander';
import { InputError } from '../../contracts/input-error.ts';
import { statIfThere } from '../../contracts/stat-if-there.ts';
import type { RunRecord } from '../../records/schema.ts';
import { requireTrueSearches } from '../../records/searches.ts';
import { parseRecord, readRecord, readRecords, recordText, runsFolder } from '../../records/store.ts';
import { compareRecords, summaryLine } from '../../report/reproduction.ts';
import { BACKENDS, type BackendName, isBackend } from '../../tensor/backend-names.ts';
import { DEVICES, type Device, isDevice } from '../../tensor/device-names.ts';
import { WorkerDied } from '../child-process.ts';
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
} from '../options.ts';
import { type Output, writeLine } from '../output.ts';
import { showProgress } from '../progress.ts';
import type { RunContext, Sources } from '../run-context.ts';
import type { Services } from '../services.ts';
import { isSettled } from '../settled.ts';
import { compareFolders, folderLine } from '../verify-against.ts';

interface VerifyOptions extends SourceOptions {
  readonly against?: string;
  readonly backend?: BackendName;
  readonly device?: Device;
  readonly threads?: number;
  readonly json?: boolean;
}

export function addVerify(program: Command, services: Services, output: Output): void {
  const command = program
    .command('verify')
    .description('runs a study, or one record of it, again and compares bit for bit; with --against it runs nothing')
    .argument('<study|record>', "a study's folder, or a record's file")
    .addOption(
      new Option(
        '--against <dir>',
        'compare with the records of this study folder, without running anything: differences are told, not judged',
      )
        .argParser(nonEmptyPath)
        .conflicts(['backend', 'device', 'threads']),
    )
    .addOption(backendOption())
    .addOption(deviceOption())
    .option('--threads <n>', 'threads of each run; results do not depend on them', positiveInteger)
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action(async (path: string, options: VerifyOptions) => {
    output.exit(await verify(path, options, services, output));
  });
}

/** Gives 0 if every record was reproduced, bit for bit on its own backend and up to rounding on another, else 1. */
async function verify(path: string, options: VerifyOptions, services: Services, output: Output): Promise<number> {
  if (options.against !== undefined) return tellAgainst(path, options.against, options, output);
  // A failed run claims nothing that could be reproduced.
  const recorded = recordsAt(path).filter(isSettled);
  if (recorded.length === 0) throw new InputError(`${path}: there is no completed record to verify`);
  // A rerun takes over what its record says of its search.
  requireTrueSearches(recorded, runsFolder(studyFolderOf(path)));
  const sources = { ...(await sourcesOf(options, services)), studyFolder: studyFolderOf(path) };
  for (const record of recorded) requireSameInputs(record, await services.identifyRun(record.config, sources), path);
  const places = new Map(
    recorded.map((record) => placeOf(record, options)).map((place) => [Object.values(place).join(' '), place]),
  );
  for (const { backend, device } of places.values()) await services.requireBackend(backend, device);
  return interruptible(
    async (signal) => {
      const comparison = compareRecords(recorded, await rerun(recorded, options, sources, services, output, signal));
      output.print(`${options.json ? JSON.stringify(comparison, null, 2) : summaryLine(comparison)}\n`);
      return comparison.differences.length === 0 ? 0 : 1;
    },
    () => writeLine(output.stderr, 'interrupted: verify keeps nothing; the same command begins again'),
  );
}

/** Gives 0 whatever differs. */
function tellAgainst(path: string, other: string, { json }: VerifyOptions, output: Output): number {
  const comparison = compareFolders(path, other);
  output.print(`${json ? JSON.stringify(comparison, null, 2) : folderLine(path, comparison)}\n`);
  return 0;
}

/** The new records, as a file would hold them: both sides of the comparison have been through JSON. Nothing is written. */
async function rerun(
  recorded: readonly RunRecord[],
  options: VerifyOptions,
  sources: Sources,
  services: Services,
  output: Output,
  signal: AbortSignal,
): Promise<RunRecord[]> {
  const { threads = defaultThreads(1) } = options;
  const records: RunRecord[] = [];
  const progress = showProgress(output.stderr, { total: recorded.length, done: 0 });
  const workers = await services.startWorkers();
  try {
    for (const record of recorded) {
      const { config, study, search } = record;
      // Searched for again, as all else is computed again.
      const overlap = await services.countOverlap(config, sources, undefined);
      const code = workers.codeOf(config.method.name);
      const context = { ...sources, study, search, code, overlap, ...placeOf(record, options), threads, jobs: 1 };
      const bar = progress.begin(config);
      const watcher = { onProgress: bar.update, onOutput: (line: string) => progress.log(line) };
      const began = performance.now();
      const { record: again } = await workers
        .execute({ config, context }, watcher, signal)
        .catch(async (error: unknown) => {
          if (!(error instanceof WorkerDied)) throw error;
          return { record: await services.failedRecord(config, context, error.message) };
        });
      const name = `the rerun of ${record.id}`;
      records.push(parseRecord(recordText(again, name), name));
      bar.end(again, (performance.now() - began) / 1000);
    }
    return records;
  } finally {
    progress.stop();
    await workers.close();
  }
}

/** Another id means other weights, data or training semantics: then a rerun would compare different runs. */
function requireSameInputs(record: RunRecord, id: string, path: string): void {
  if (record.id === id) return;
  throw new InputError(
    `${path}: the record ${record.id} was made from other weights, data or training semantics: here its run is ${id}`,
  );
}

function recordsAt(path: string): RunRecord[] {
  const found = statIfThere(path);
  if (found === undefined)
    throw new InputError(`${path}: no such file or folder; expected a study's folder or a record`);
  if (found.isDirectory()) return readRecords(runsFolder(path));
  return basename(path) === 'study.json' ? readRecords(runsFolder(dirname(path))) : [readRecord(path)];
}

/** The folder of the study that a path names, or of the one that a record is of. */
function studyFolderOf(path: string): string {
  if (statSync(path).isDirectory()) return path;
  return basename(path) === 'study.json' ? dirname(path) : dirname(dirname(path));
}

/** Where a rerun computes: as the record did, unless told otherwise; another backend takes its own device. */
function placeOf(
  { environment }: RunRecord,
  { backend, device }: VerifyOptions,
): Pick<RunContext, 'backend' | 'device'> {
  if (backend !== undefined && backend !== environment.backend) return { backend, device };
  if (!isBackend(environment.backend)) throw unknownPlace('backend', environment, BACKENDS);
  if (device !== undefined) return { backend: environment.backend, device };
  if (!isDevice(environment.device)) throw unknownPlace('device', environment, DEVICES);
  return { backend: environment.backend, device: environment.device };
}

function unknownPlace(key: 'backend' | 'device', environment: RunRecord['environment'], known: readonly string[]) {
  return new InputError(
    `the record's environment.${key} is "${environment[key]}"; expected one of ${known.join(', ')}`,
  );
}
