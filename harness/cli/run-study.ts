// Runs what a study lacks: trials first, then the final runs at the rates that the trials chose.
import { join } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import type { RunRecord } from '../records/schema.ts';
import { readRecords, removeLeftovers, runsFolder, writeRecord } from '../records/store.ts';
import { expand, type PendingFinal, type ResolvedFinal, resolveFinal, UnresolvedFinal } from '../study/expand.ts';
import type { CheckedStudy } from '../study/read.ts';
import type { BackendName } from '../tensor/backend-names.ts';
import type { Device } from '../tensor/device-names.ts';
import { Interrupted, WorkerDied } from './child-process.ts';
import type { OverlapCounts } from './count-overlap.ts';
import { limiter } from './limit.ts';
import { type Progress, showProgress } from './progress.ts';
import type { Place, RunContext, Services, Sources } from './services.ts';
import type { Workers } from './workers.ts';

export interface StudyRun {
  readonly study: CheckedStudy;
  /** The folder that records go to, below `runs/`. */
  readonly folder: string;
  readonly sources: Sources;
  readonly jobs: number;
  readonly backend: BackendName;
  /** Undefined: the backend's own. */
  readonly device: Device | undefined;
  readonly threads: number;
  /** Whether what final runs learn is kept, in the folder's `adapters/`. */
  readonly keepAdapters: boolean;
  /** Whether a final run is wanted (`--only`). */
  wanted(config: RunConfig): boolean;
  readonly signal: AbortSignal;
  /** Called once everything is checked, before the first record is written. */
  prepare(): void;
}

export interface StudyOutcome {
  /** Runs executed, the others being there already. */
  readonly executed: number;
  /** Runs that failed, final ones that diverged, and final ones that could not start. */
  readonly failed: number;
}

/** @throws InputError before anything is written if a model, a task, an option or the backend will not do */
export async function runStudy(run: StudyRun, services: Services, stream: NodeJS.WriteStream): Promise<StudyOutcome> {
  const finals = expand(run.study).finals.filter(({ candidates }) =>
    candidates.some(({ config }) => run.wanted(config)),
  );
  const trials = [...new Set(finals.flatMap(({ candidates }) => candidates.flatMap(({ trial }) => trial ?? [])))];
  const ids = await identifyAll(
    [...trials, ...finals.flatMap(({ candidates }) => candidates.map(({ config }) => config))],
    run,
    services,
  );
  const place = await services.requireBackend(run.backend, run.device);
  const present = readRecords(runsFolder(run.folder));
  refuseOtherPlaces(present, new Set(ids.values()), place, run.folder);
  run.prepare();
  removeLeftovers(runsFolder(run.folder));
  const done = new Map(present.filter(isSettled).map((record) => [record.id, record]));
  const doneTrials = trials.filter((config) => done.has(ids.get(config) as string)).length;
  const progress = showProgress(stream, trials.length + finals.length, doneTrials);
  const workers = lazyWorkers(services);
  try {
    const executor = new Executor(run, services, workers, progress, ids, done);
    const records = await executor.trials(trials);
    await executor.finals(finals, records);
    return executor.outcome;
  } finally {
    progress.stop();
    await workers.close();
  }
}

/** One study, one backend and device: its tables compare seconds and memory, and a search its trials' scores. */
function refuseOtherPlaces(present: readonly RunRecord[], ids: ReadonlySet<string>, place: Place, folder: string) {
  const nameOf = ({ backend, device }: Place) => `${backend} on ${device}`;
  const other = present.find(({ id, environment }) => ids.has(id) && nameOf(environment) !== nameOf(place));
  if (other === undefined) return;
  const recorded = nameOf(other.environment);
  throw new InputError(
    `${runsFolder(folder)}: has records of ${recorded}; expected ${nameOf(place)}, or another --out`,
  );
}

/** Whether the same run would end the same way again: a divergence does, a crash may not recur. */
export function isSettled({ status }: RunRecord): boolean {
  return status !== 'failed';
}

/** A trial that diverges had too high a rate, which is for the search to find out. */
function isFailure({ status, config }: RunRecord): boolean {
  return status === 'failed' || (status === 'diverged' && config.purpose === 'final');
}

/** Workers that start with the first run: a study that is complete starts none. */
function lazyWorkers(services: Services): Workers {
  let started: Promise<Workers> | undefined;
  return {
    async execute(job, watcher, signal) {
      started ??= services.startWorkers();
      return (await started).execute(job, watcher, signal);
    },
    async close() {
      await (await started)?.close();
    },
  };
}

async function identifyAll(
  configs: readonly RunConfig[],
  run: StudyRun,
  services: Services,
): Promise<Map<RunConfig, string>> {
  const ids = new Map<RunConfig, string>();
  for (const config of configs) ids.set(config, await services.identifyRun(config, run.sources));
  return ids;
}

class Executor {
  private executed = 0;
  private failed = 0;
  private readonly limit: ReturnType<typeof limiter>;
  private readonly stopped = new AbortController();
  private readonly signal: AbortSignal;

  constructor(
    private readonly run: StudyRun,
    private readonly services: Services,
    private readonly workers: Workers,
    private readonly progress: Progress,
    private readonly ids: ReadonlyMap<RunConfig, string>,
    private readonly done: Map<string, RunRecord>,
  ) {
    this.limit = limiter(run.jobs);
    this.signal = AbortSignal.any([run.signal, this.stopped.signal]);
  }

  get outcome(): StudyOutcome {
    return { executed: this.executed, failed: this.failed };
  }

  async trials(configs: readonly RunConfig[]): Promise<Map<RunConfig, RunRecord>> {
    const records = await this.executeAll(configs.map((config) => ({ config, search: null })));
    return new Map(configs.map((config, index) => [config, records[index] as RunRecord]));
  }

  async finals(pending: readonly PendingFinal[], trials: ReadonlyMap<RunConfig, RunRecord>): Promise<void> {
    const resolved = pending.flatMap((final) => this.resolve(final, trials) ?? []);
    // Which of them are there is known only now that each has its rate.
    for (const { config } of resolved) if (this.existing(config) !== undefined) this.progress.skip();
    await this.executeAll(resolved);
  }

  /** The records of runs: those that are there, and new ones. */
  private async executeAll(runs: readonly ResolvedFinal[]): Promise<RunRecord[]> {
    // Before the first of them begins: beside one, a search would take from its time.
    for (const { config } of runs) if (this.existing(config) === undefined) await this.countOverlap(config);
    return this.all(runs, (run) => this.execute(run));
  }

  private countOverlap(config: RunConfig): Promise<OverlapCounts> {
    return this.services.countOverlap(config, this.run.sources, this.run.folder);
  }

  /** So many at once; the first error stops the others, and is thrown once they have ended. */
  private async all<T, R>(items: readonly T[], task: (item: T) => Promise<R>): Promise<R[]> {
    const stopping = async (item: T): Promise<R> => {
      try {
        return await task(item);
      } catch (error) {
        // Before the place is free for the next one.
        this.stopped.abort();
        throw error;
      }
    };
    const outcomes = await Promise.allSettled(items.map((item) => this.limit(() => stopping(item))));
    const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
    // Those that were stopped say nothing of what stopped them.
    const telling = errors.find((error) => !(error instanceof Interrupted)) ?? errors[0];
    if (telling !== undefined) throw telling;
    return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
  }

  private resolve(final: PendingFinal, trials: ReadonlyMap<RunConfig, RunRecord>): ResolvedFinal | undefined {
    try {
      return resolveFinal(final, trials);
    } catch (error) {
      if (!(error instanceof UnresolvedFinal)) throw error;
      this.failed += 1;
      this.progress.log(error.message);
      this.progress.skip();
      return undefined;
    }
  }

  private existing(config: RunConfig): RunRecord | undefined {
    return this.done.get(this.ids.get(config) as string);
  }

  /** The record of a run: the one that is there, or a new one. */
  private async execute({ config, search }: ResolvedFinal): Promise<RunRecord> {
    const existing = this.existing(config);
    if (existing !== undefined) {
      if (isFailure(existing)) this.failed += 1;
      return existing;
    }
    const overlap = await this.countOverlap(config);
    if (this.signal.aborted) throw new Interrupted('interrupted');
    const { study, sources, backend, device, threads, folder, keepAdapters } = this.run;
    const adapters = keepAdapters && config.purpose === 'final' ? join(folder, 'adapters') : undefined;
    const place = { backend, device, threads, adapters };
    const context: RunContext = { ...sources, ...place, study: study.name, search, overlap };
    const bar = this.progress.begin(config);
    const began = performance.now();
    try {
      const { record, predictions } = await this.workers
        .execute(
          { config, context },
          { onProgress: (progress) => bar.update(progress), onOutput: (line) => this.progress.log(line) },
          this.signal,
        )
        .catch(async (error: unknown) => {
          if (!(error instanceof WorkerDied)) throw error;
          return { record: await this.services.failedRecord(config, context, error.message), predictions: [] };
        });
      writeRecord(runsFolder(folder), record, predictions);
      this.executed += 1;
      if (isFailure(record)) this.failed += 1;
      bar.end(record, (performance.now() - began) / 1000);
      return record;
    } catch (error) {
      bar.cancel();
      throw error;
    }
  }
}
