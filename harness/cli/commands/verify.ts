// `verify STUDY|RECORD`: runs again what was recorded, and compares bit for bit.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../../contracts/input-error.ts';
import type { RunRecord } from '../../records/schema.ts';
import { readRecord, readRecords, runsFolder } from '../../records/store.ts';
import { compareRecords, summaryLine } from '../../report/compare.ts';
import { type Cli, EXIT, type ExitCode, type SourceFlags, sourcesOf, type WorkFlags, workOf } from '../cli.ts';
import { allOrStop, executeOne, isSettled } from '../execute-one.ts';
import { limiter } from '../limit.ts';
import { showProgress } from '../progress.ts';
import { lazyWorkers } from '../run-study.ts';
import type { Sources } from '../services.ts';

export interface VerifyFlags extends SourceFlags, WorkFlags {
  /** Compare with the records of this study's folder rather than running again. */
  readonly against?: string;
}

export async function verify(path: string, flags: VerifyFlags, cli: Cli): Promise<ExitCode> {
  const work = workOf(flags);
  const recorded = recordsAt(path);
  const again =
    flags.against === undefined
      ? await rerun(recorded, path, await sourcesOf(flags, cli.services), work, cli)
      : readRecords(runsFolder(flags.against));
  const comparison = compareRecords(recorded, again);
  cli.stdout.write(`${summaryLine(comparison)}\n`);
  return comparison.differences.length === 0 ? EXIT.done : EXIT.failed;
}

/** A failed run claims nothing, so there is nothing to reproduce. */
function recordsAt(path: string): RunRecord[] {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  if (isFolder === undefined) {
    throw new InputError(`${path}: no such file or folder; expected a study's folder or a record`);
  }
  const isStudy = isFolder || basename(path) === 'study.json';
  const records = isStudy ? readRecords(runsFolder(isFolder ? path : dirname(path))) : [readRecord(path)];
  const settled = records.filter(isSettled);
  if (settled.length === 0) throw new InputError(`${path}: no completed record; expected at least one to reproduce`);
  return settled;
}

async function rerun(
  recorded: readonly RunRecord[],
  path: string,
  sources: Sources,
  { jobs, threads }: { jobs: number; threads: number },
  cli: Cli,
): Promise<RunRecord[]> {
  const { services } = cli;
  for (const record of recorded) {
    const id = await services.identifyRun(record.config, sources);
    if (id === record.id) continue;
    const run = `${record.config.method.label}, ${record.config.task.id}, seed ${record.seed}`;
    const what = `the model, the data or the training semantics here give ${id}`;
    throw new InputError(`${path}: record ${record.id} (${run}): ${what}; expected those that were recorded`);
  }
  const folder = mkdtempSync(join(tmpdir(), 'peftbench-verify-'));
  const progress = showProgress(cli.stderr, recorded.length, 0);
  const stopped = new AbortController();
  const workers = lazyWorkers(services);
  const limit = limiter(jobs);
  try {
    const runs = recorded.map(({ config, study, search }) =>
      limit(async () => {
        const signal = AbortSignal.any([cli.signal, stopped.signal]);
        const workshop = { services, workers: await workers.get(), progress, folder, signal };
        return executeOne(config, { ...sources, study, search, threads }, workshop);
      }),
    );
    await allOrStop(runs, () => stopped.abort());
    // As read from the files, like the recorded ones.
    return readRecords(folder);
  } finally {
    progress.stop();
    await workers.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
