// Runs what is missing of a study: trials first, then the final runs as their learning rates are settled.
import { copyFileSync, existsSync, mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { RunConfig } from '../contracts/run-config.ts';
import type { RunRecord } from '../records/schema.ts';
import { readRecords, removeLeftovers, runsFolder } from '../records/store.ts';
import { expand, type PendingFinal, resolveFinal, UnresolvedFinal } from '../study/expand.ts';
import type { StudyFile } from '../study/read.ts';
import { canonicalJson } from '../study/run-id.ts';
import { recordsOfStudy, type StudyRecords } from '../study/select.ts';
import { allOrStop, executeOne, isSettled } from './execute-one.ts';
import { limiter } from './limit.ts';
import { showProgress } from './progress.ts';
import type { RunContext, Services, Sources } from './services.ts';
import type { Workers } from './workers.ts';

export interface RunPlan {
  readonly study: StudyFile;
  /** The folder whose `runs/` takes the records; the study's own, or another, to which study.json is then copied. */
  readonly out: string;
  readonly only: (config: RunConfig) => boolean;
  readonly jobs: number;
  readonly threads: number;
  readonly sources: Sources;
}

export interface RunOutcome {
  /** Of the whole study, as far as its folder has them. */
  readonly records: StudyRecords;
  /** A line for each final run that could not run for want of a trial with a score. */
  readonly unresolved: readonly string[];
  /** Whether any of the runs asked for failed, or a final one diverged. */
  readonly failed: boolean;
}

/**
 * Checks everything, then runs what has no record yet.
 * @throws InputError before anything is written; Interrupted once `signal` aborts, with the completed records in place
 */
export async function runStudy(
  plan: RunPlan,
  services: Services,
  stderr: NodeJS.WriteStream,
  signal: AbortSignal,
): Promise<RunOutcome> {
  const { trials, finals } = selectRuns(plan);
  const folder = runsFolder(plan.out);
  const idOf = await identifyAll([...trials, ...finals.flatMap(configsOf)], plan.sources, services);
  const present = new Map(readRecords(folder).map((record) => [record.id, record]));
  prepareFolder(plan, folder);

  const settled = (config: RunConfig): RunRecord | undefined => {
    const record = present.get(idOf.get(config) ?? '');
    return record !== undefined && isSettled(record) ? record : undefined;
  };
  const done = trials.filter((trial) => settled(trial)).length + finals.filter((final) => isDone(final, settled)).length;
  const progress = showProgress(stderr, trials.length + finals.length, done);
  const stopped = new AbortController();
  const either = AbortSignal.any([signal, stopped.signal]);
  const workers = lazyWorkers(services);
  const limit = limiter(plan.jobs);
  const context = { ...plan.sources, study: plan.study.study.name, threads: plan.threads };

  const recordFor = async (config: RunConfig, search: RunRecord['search']): Promise<RunRecord> =>
    settled(config) ??
    limit(async () => {
      const workshop = { services, workers: await workers.get(), progress, folder, signal: either };
      return executeOne(config, { ...context, search } satisfies RunContext, workshop);
    });
  try {
    const unresolved: string[] = [];
    const ofTrials = new Map(trials.map((trial) => [trial, recordFor(trial, null)]));
    const ofFinals = finals.map(async (pending) => {
      const own = pending.candidates.flatMap(({ trial }) => trial ?? []);
      const scored = await Promise.all(own.map(async (trial) => [trial, await ofTrials.get(trial)] as const));
      const known = new Map(scored.flatMap(([trial, record]) => (record === undefined ? [] : [[trial, record]])));
      const resolved = resolveOrReport(pending, known, (line) => {
        unresolved.push(line);
        progress.skip();
        progress.log(line);
      });
      return resolved === undefined ? [] : [await recordFor(resolved.config, resolved.search)];
    });
    const all = allOrStop([...[...ofTrials.values()].map(async (record) => [await record]), ...ofFinals], () => stopped.abort());
    const records = (await all).flat();
    return { records: recordsNow(plan, folder, idOf), unresolved, failed: unresolved.length > 0 || records.some(isFailure) };
  } finally {
    progress.stop();
    await workers.close();
  }
}

/** The final runs asked for and the trials that they wait for. */
function selectRuns({ study, only }: RunPlan): { trials: readonly RunConfig[]; finals: readonly PendingFinal[] } {
  const expansion = expand(study.study);
  const finals = expansion.finals.filter(({ candidates: [{ config }] }) => only(config));
  const needed = new Set(finals.flatMap(({ candidates }) => candidates.map(({ trial }) => trial)));
  return { trials: expansion.trials.filter((trial) => needed.has(trial)), finals };
}

/** The ids of all runs, which checks the model, the data and the options of each. */
async function identifyAll(
  configs: readonly RunConfig[],
  sources: Sources,
  services: Services,
): Promise<Map<RunConfig, string>> {
  const ids = new Map<RunConfig, string>();
  for (const config of configs) ids.set(config, await services.identifyRun(config, sources));
  return ids;
}

function prepareFolder({ study, out }: RunPlan, folder: string): void {
  mkdirSync(folder, { recursive: true });
  removeLeftovers(folder);
  const copy = join(out, 'study.json');
  if (!existsSync(copy) || realpathSync(copy) !== realpathSync(study.file)) copyFileSync(study.file, copy);
}

/** A final run counts as done only where its trials are settled too, and one of its candidates has a record. */
function isDone({ candidates }: PendingFinal, settled: (config: RunConfig) => RunRecord | undefined): boolean {
  const trialsSettled = candidates.every(({ trial }) => trial === null || settled(trial) !== undefined);
  return trialsSettled && candidates.some(({ config }) => settled(config) !== undefined);
}

function resolveOrReport(
  pending: PendingFinal,
  records: ReadonlyMap<RunConfig, RunRecord>,
  report: (line: string) => void,
): ReturnType<typeof resolveFinal> | undefined {
  try {
    return resolveFinal(pending, records);
  } catch (error) {
    if (!(error instanceof UnresolvedFinal)) throw error;
    report(error.message);
    return undefined;
  }
}

/** What the folder holds of the study; records that older weights or data have left under the same configuration go out. */
function recordsNow(plan: RunPlan, folder: string, idOf: ReadonlyMap<RunConfig, string>): StudyRecords {
  const current = new Map([...idOf].map(([config, id]) => [canonicalJson(config), id]));
  const records = readRecords(folder).filter((record) => (current.get(canonicalJson(record.config)) ?? record.id) === record.id);
  return recordsOfStudy(plan.study.study, records);
}

/** A trial that diverges is a rate too high; the search deals with it. */
function isFailure(record: RunRecord): boolean {
  return record.status === 'failed' || (record.status === 'diverged' && record.config.purpose === 'final');
}

function configsOf({ candidates }: PendingFinal): RunConfig[] {
  return candidates.map(({ config }) => config);
}

/** Workers that start with the first run: a study that is complete starts none. */
export function lazyWorkers(services: Services): { get(): Promise<Workers>; close(): Promise<void> } {
  let started: Promise<Workers> | undefined;
  return {
    get() {
      started ??= services.startWorkers();
      return started;
    },
    async close() {
      await (await started)?.close();
    },
  };
}
