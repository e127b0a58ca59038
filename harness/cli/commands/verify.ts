// `peftbench verify STUDY|RECORD`: runs again and compares with what was recorded, bit for bit.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../../contracts/input-error.ts';
import type { RunRecord } from '../../records/schema.ts';
import { readRecord, readRecords, runsFolder, writeRecord } from '../../records/store.ts';
import { compareRecords, summaryLine } from '../../report/compare.ts';
import { BACKENDS, type BackendName, isBackend } from '../../tensor/backend-names.ts';
import { Interrupted, WorkerDied } from '../child-process.ts';
import { addSourceOptions, backendOption, defaultThreads, type SourceOptions, sourcesOf } from '../options.ts';
import type { Output } from '../output.ts';
import { showProgress } from '../progress.ts';
import { isSettled } from '../run-study.ts';
import type { Services, Sources } from '../services.ts';

interface VerifyOptions extends SourceOptions {
  readonly backend?: BackendName;
}

export function addVerify(program: Command, services: Services, output: Output): void {
  const command = program
    .command('verify')
    .description('runs a study, or one record of it, again and compares bit for bit')
    .argument('<study|record>', "a study's folder, or a record's file")
    .addOption(backendOption());
  addSourceOptions(command).action(async (path: string, options: VerifyOptions) => {
    output.exit(await verify(path, options, services, output));
  });
}

/** Gives 0 if every record was reproduced, bit for bit on its own backend and up to rounding on another, else 1. */
async function verify(path: string, options: VerifyOptions, services: Services, output: Output): Promise<number> {
  // A failed run claims nothing that could be reproduced.
  const recorded = recordsAt(path).filter(isSettled);
  if (recorded.length === 0) throw new InputError(`${path}: there is no completed record to verify`);
  const sources = await sourcesOf(options, services);
  for (const record of recorded) requireSameInputs(record, await services.identifyRun(record.config, sources), path);
  for (const backend of new Set(recorded.map(({ environment }) => options.backend ?? recordedBackend(environment)))) {
    await services.requireBackend(backend);
  }
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const comparison = compareRecords(
      recorded,
      await rerun(recorded, options.backend, sources, services, output, interrupt.signal),
    );
    output.print(`${summaryLine(comparison)}\n`);
    return comparison.differences.length === 0 ? 0 : 1;
  } catch (error) {
    if (error instanceof Interrupted) return 130;
    throw error;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

/** The new records, as read back from a temporary folder: both sides of the comparison have been through a file. */
async function rerun(
  recorded: readonly RunRecord[],
  backend: BackendName | undefined,
  sources: Sources,
  services: Services,
  output: Output,
  signal: AbortSignal,
): Promise<RunRecord[]> {
  const folder = mkdtempSync(join(tmpdir(), 'peftbench-verify-'));
  const progress = showProgress(output.stderr, recorded.length, 0);
  const workers = await services.startWorkers();
  try {
    for (const { config, study, search, environment } of recorded) {
      const context = {
        ...sources,
        study,
        search,
        backend: backend ?? recordedBackend(environment),
        threads: defaultThreads(1),
      };
      const bar = progress.begin(config);
      const watcher = { onProgress: bar.update, onOutput: (line: string) => progress.log(line) };
      const began = performance.now();
      const { record, predictions } = await workers
        .execute({ config, context }, watcher, signal)
        .catch(async (error: unknown) => {
          if (!(error instanceof WorkerDied)) throw error;
          return { record: await services.failedRecord(config, context, error.message), predictions: [] };
        });
      writeRecord(folder, record, predictions);
      bar.end(record, (performance.now() - began) / 1000);
    }
    return readRecords(folder);
  } finally {
    progress.stop();
    await workers.close();
    rmSync(folder, { recursive: true, force: true });
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
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined)
    throw new InputError(`${path}: no such file or folder; expected a study's folder or a record`);
  if (found.isDirectory()) return readRecords(runsFolder(path));
  return basename(path) === 'study.json' ? readRecords(runsFolder(dirname(path))) : [readRecord(path)];
}

/** The backend that a record was made on, which a rerun uses unless told otherwise. */
function recordedBackend({ backend }: RunRecord['environment']): BackendName {
  if (isBackend(backend)) return backend;
  throw new InputError(`the record's environment.backend is "${backend}"; expected one of ${BACKENDS.join(', ')}`);
}
