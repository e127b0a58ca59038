// Runs what a study lacks: trials first, then the final runs at the rates that the trials chose.
import type { RunConfig } from '../contracts/run-config.ts';
import type { RunRecord } from '../records/schema.ts';
import { readRecords, removeLeftovers, runsFolder, writeRecord } from '../records/store.ts';
import { expand, type PendingFinal, type ResolvedFinal, resolveFinal, UnresolvedFinal } from '../study/expand.ts';
import type { CheckedStudy } from '../study/read.ts';
import { limiter } from './limit.ts';
import { type Progress, showProgress } from './progress.ts';
import type { RunContext, Services, Sources } from './services.ts';
import { WorkerDied, type Workers } from './workers.ts';

export interface StudyRun {
  readonly study: CheckedStudy;
  /** The folder that records go to, below `runs/`. */
  readonly folder: string;
  readonly sources: Sources;
  readonly jobs: number;
  readonly threads: number;
  /** Whether a final run is wanted (`--only`). */
  wanted(config: RunConfig): boolean;
  readonly signal: AbortSignal;
  /** Called once everything is checked, before the first record is written. */
  prepare(): void;
}

export interface StudyOutcome {
  /** Runs executed, the others being there already. */
  readonly executed: number;
  /** Runs whose record says failed or diverged, and final runs that could not start. */
  readonly failed: number;
}

/** @throws InputError before anything is written if a model, a task or an option will not do */
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
  run.prepare();
  removeLeftovers(runsFolder(run.folder));
  const done = new Map(readRecords(runsFolder(run.folder)).map((record) => [record.id, record]));
  const isDone = (config: RunConfig) => done.get(ids.get(config) as string)?.status === 'completed';
  const doneTrials = trials.filter(isDone).length;
  const doneFinals = finals.filter(({ candidates }) => candidates.some(({ config }) => isDone(config))).length;
  const total = trials.length + finals.length;
  if (doneTrials + doneFinals === total) return { executed: 0, failed: 0 };

  const progress = showProgress(stream, total, doneTrials + doneFinals);
  const workers = await services.startWorkers();
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

  constructor(
    private readonly run: StudyRun,
    private readonly services: Services,
    private readonly workers: Workers,
    private readonly progress: Progress,
    private readonly ids: ReadonlyMap<RunConfig, string>,
    private readonly done: Map<string, RunRecord>,
  ) {
    this.limit = limiter(run.jobs);
  }

  get outcome(): StudyOutcome {
    return { executed: this.executed, failed: this.failed };
  }

  async trials(configs: readonly RunConfig[]): Promise<Map<RunConfig, RunRecord>> {
    const records = await Promise.all(
      configs.map((config) => this.limit(() => this.execute({ config, search: null }))),
    );
    return new Map(configs.map((config, index) => [config, records[index] as RunRecord]));
  }

  async finals(pending: readonly PendingFinal[], trials: ReadonlyMap<RunConfig, RunRecord>): Promise<void> {
    await Promise.all(
      pending.map((final) =>
        this.limit(async () => {
          const resolved = this.resolve(final, trials);
          if (resolved !== undefined) await this.execute(resolved);
        }),
      ),
    );
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

  /** The record of a run: the one that is there, or a new one. */
  private async execute({ config, search }: ResolvedFinal): Promise<RunRecord> {
    const existing = this.done.get(this.ids.get(config) as string);
    if (existing?.status === 'completed') return existing;
    const { study, sources, threads, signal, folder } = this.run;
    const context: RunContext = { ...sources, study: study.name, search, threads };
    const bar = this.progress.begin(config);
    const began = performance.now();
    try {
      const { record, predictions } = await this.workers
        .execute(
          { config, context },
          { onProgress: (progress) => bar.update(progress), onOutput: (line) => this.progress.log(line) },
          signal,
        )
        .catch(async (error: unknown) => {
          if (!(error instanceof WorkerDied)) throw error;
          return { record: await this.services.failedRecord(config, context, error.message), predictions: [] };
        });
      writeRecord(runsFolder(folder), record, predictions);
      this.executed += 1;
      if (record.status !== 'completed') this.failed += 1;
      bar.end(record, (performance.now() - began) / 1000);
      return record;
    } catch (error) {
      bar.cancel();
      throw error;
    }
  }
}
