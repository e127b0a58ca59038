// Runs what a study lacks: trials first, then the final runs at the rates that the trials chose.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { beforeWork } from '../contracts/write-error.ts';
import { counted } from '../contracts/words.ts';
import { finishReplacements, replaceRecord } from '../records/replace.ts';
import type { RunRecord } from '../records/schema.ts';
import { removeLeftovers, runsFolder, writeRecord } from '../records/store.ts';
import { makeFolder } from '../records/write-whole.ts';
import { expand, type PendingFinal } from '../study/expand.ts';
import { dueTrials, type ResolvedFinal, resolveFinal, UnresolvedFinal } from '../study/search/choose.ts';
import type { BackendName } from '../tensor/backend-names.ts';
import type { Device } from '../tensor/device-names.ts';
import { Interrupted, WorkerDied } from './child-process.ts';
import { type Claim, claimFolder } from './claim-folder.ts';
import type { OverlapCounts } from './count-overlap.ts';
import { describeFound } from './found.ts';
import { identifyAll, shareTrials } from './identify-runs.ts';
import { limiter } from './limit.ts';
import { writeLine } from './output.ts';
import { type Progress, showProgress, together } from './progress.ts';
import { requireMemory } from './require-memory.ts';
import { requireWritableFolder } from './require-writable.ts';
import { type EmitEvent, eventProgress } from './run-events.ts';
import type { Place, RunContext, Sources } from './run-context.ts';
import { stagesLeft } from './runs-left.ts';
import { sayLimits } from './say-limits.ts';
import type { Services } from './services.ts';
import { isComplete, resolvable, type Settled, type SettledIn, settledRecords, trialRecords } from './settled.ts';
import { trialTitles } from './trial-titles.ts';
import type { Workers } from './workers.ts';

export interface StudyRun extends SettledIn {
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
  /** Whether runs may be predicted to take more memory than there is (`--overcommit`). */
  readonly overcommit: boolean;
  readonly signal: AbortSignal;
  /** Called with what happens, for other tools. */
  readonly emit?: EmitEvent | undefined;
  /** Called once everything is checked and the folder is claimed, before the first record is written. */
  prepare(): void;
}

export interface StudyOutcome {
  /** Runs executed, the others being there already. */
  readonly executed: number;
  /** Runs that failed, final ones that diverged, and final ones that could not start. */
  readonly failed: number;
}

/**
 * @throws InputError before anything is written if a model, a task, an option, the backend or the folder will not do, or
 * another process writes to it, or the runs are predicted to need more memory than there is; WriteError where a record cannot be written
 */
export async function runStudy(run: StudyRun, services: Services, stream: NodeJS.WriteStream): Promise<StudyOutcome> {
  const wanted = expand(run.study).finals.filter(({ candidates }) =>
    candidates.some(({ config }) => run.wanted(config)),
  );
  const ids = await identifyAll(wanted, run.sources, services);
  const finals = shareTrials(wanted, ids);
  const place = await services.requireBackend(run.backend, run.device);
  if (run.keepAdapters) for (const final of finals) await requireKeepable(final, run, services);
  await sayLimits([...ids.keys()], run.sources, services, stream);
  const workers = await services.startWorkers();
  try {
    const settled = (): Settled => settledRecords(run, ids, place, workers.codeOf);
    const before = settled();
    if (run.keepAdapters) requireAdapters(finals, before, run.folder);
    const plan = { finals, workers };
    if (isComplete(finals, before)) {
      run.prepare();
      return await execute(run, services, stream, { ...plan, settled: before, claim: undefined });
    }
    if (!run.overcommit && isPredicted(place))
      await requireMemory(stagesLeft(finals, before), run.jobs, run.sources, services);
    beforeWork(() => makeFolder(run.folder));
    const claim = claimFolder(run.folder);
    try {
      for (const folder of [run.folder, runsFolder(run.folder), adaptersFolder(run.folder)]) removeLeftovers(folder);
      for (const folder of [runsFolder(run.folder), join(run.folder, '.cache')]) requireWritableFolder(folder);
      if (run.keepAdapters) requireWritableFolder(adaptersFolder(run.folder));
      run.prepare();
      finishReplacements(runsFolder(run.folder));
      // Another process may have made records until the claim.
      return await execute(run, services, stream, { ...plan, settled: settled(), claim });
    } finally {
      claim.release();
    }
  } finally {
    await workers.close();
  }
}

/** What memory runs take is known of one backend, on the cpu. */
const isPredicted = ({ backend, device }: Place): boolean => backend === 'onnx' && device === 'cpu';

interface Plan {
  readonly finals: readonly PendingFinal[];
  readonly workers: Workers;
  readonly settled: Settled;
  /** Undefined where nothing is to be written. */
  readonly claim: Claim | undefined;
}

async function execute(
  run: StudyRun,
  services: Services,
  stream: NodeJS.WriteStream,
  { finals, workers, settled, claim }: Plan,
): Promise<StudyOutcome> {
  const there = trialRecords(finals, settled);
  const total = countTrials(finals) + finals.length;
  const keptFinals = resolvable(finals, settled).flatMap((final) => {
    const record = settled.ofFinal(final);
    return record === undefined ? [] : [{ config: final.config, record }];
  });
  const kept = [...there.values(), ...keptFinals.map(({ record }) => record)];
  const found = { total, kept, strangers: settled.strangers };
  for (const line of describeFound(found, workers.codeOf)) writeLine(stream, line);
  run.emit?.({
    event: 'found',
    study: run.study.name,
    folder: run.folder,
    total,
    kept: kept.length,
    toRun: total - kept.length,
    strangers: settled.strangers.length,
  });
  const shown = showProgress(stream, {
    total,
    done: there.size,
    // As the study calls its methods now.
    kept: keptFinals.map(({ config, record }) => ({ ...record, config })),
    plain: run.emit !== undefined,
  });
  const progress = run.emit === undefined ? shown : together(shown, eventProgress(run.emit));
  const executor = new Executor(run, services, workers, progress, settled, claim, trialTitles(finals));
  try {
    const records = await executor.trials(finals);
    // Of what did not go on, there is nothing to run.
    for (let skipped = countTrials(finals) - records.size; skipped > 0; skipped--) progress.skip();
    await executor.finals(finals, records);
    return executor.outcome;
  } catch (error) {
    progress.stop();
    if (error instanceof Interrupted) writeLine(stream, interruptedLine(kept.length + executor.written, total, run));
    throw error;
  } finally {
    progress.stop();
  }
}

/** `interrupted: 6 of 12 runs are recorded in results/quick/runs; the same command goes on with the others` */
function interruptedLine(recorded: number, total: number, { folder }: StudyRun): string {
  return `interrupted: ${recorded} of ${counted(total, 'run')} are recorded in ${runsFolder(folder)}; the same command goes on with the others, each from its beginning`;
}

/** Trials that searches take if every setting has a score: those that final runs share, once. */
export function countTrials(finals: readonly PendingFinal[]): number {
  const first = new Set(finals.flatMap(({ candidates }) => candidates.flatMap(({ rungs }) => rungs[0] ?? [])));
  const searches = new Map(finals.map((final) => [final.candidates[0].rungs[0]?.[0], final]));
  const later = [...searches.values()].flatMap(({ candidates: [{ rungs }], counts }) =>
    rungs.slice(1).map((trials, index) => trials.length * (counts[index + 1] ?? 0)),
  );
  return first.size + later.reduce((sum, count) => sum + count, 0);
}

function adaptersFolder(folder: string): string {
  return join(folder, 'adapters');
}

async function requireKeepable({ candidates: [{ config }] }: PendingFinal, run: StudyRun, services: Services) {
  await services.requireKeepable(config, run.sources);
}

/** Adapters are kept when a run ends: those of one that is there already are there too, or never will be. */
function requireAdapters(finals: readonly PendingFinal[], settled: Settled, folder: string): void {
  for (const final of resolvable(finals, settled)) {
    const record = settled.ofFinal(final);
    if (record?.status !== 'completed' || existsSync(join(adaptersFolder(folder), record.id))) continue;
    const file = join(runsFolder(folder), `${record.id}.json`);
    throw new InputError(
      `--keep-adapters: ${file} is of a run whose adapters were not kept; expected another --out, or the record moved away so that it runs again`,
    );
  }
}

/** A trial that diverges had too high a rate, which is for the search to find out. */
function isFailure({ status, config }: RunRecord): boolean {
  return status === 'failed' || (status === 'diverged' && config.purpose === 'final');
}

class Executor {
  private executed = 0;
  private failed = 0;
  /** Records that the next call takes as they are. */
  written = 0;
  private readonly limit: ReturnType<typeof limiter>;
  private readonly stopped = new AbortController();
  private readonly signal: AbortSignal;

  constructor(
    private readonly run: StudyRun,
    private readonly services: Services,
    private readonly workers: Workers,
    private readonly progress: Progress,
    private readonly settled: Settled,
    private readonly claim: Claim | undefined,
    private readonly titles: ReadonlyMap<RunConfig, string>,
  ) {
    this.limit = limiter(run.jobs);
    this.signal = AbortSignal.any([run.signal, this.stopped.signal]);
  }

  get outcome(): StudyOutcome {
    return { executed: this.executed, failed: this.failed };
  }

  /** One rung of the searches after another; gives the records of the trials that decide. */
  async trials(finals: readonly PendingFinal[]): Promise<Map<RunConfig, RunRecord>> {
    const records = new Map<RunConfig, RunRecord>();
    for (;;) {
      const due = [...new Set(finals.flatMap((final) => dueTrials(final, records)))];
      if (due.length === 0) return records;
      const done = await this.executeAll(due.map((config) => ({ config, search: null })));
      for (const [index, config] of due.entries()) records.set(config, done[index] as RunRecord);
    }
  }

  async finals(pending: readonly PendingFinal[], trials: ReadonlyMap<RunConfig, RunRecord>): Promise<void> {
    const resolved = pending.flatMap((final) => this.resolve(final, trials) ?? []);
    // Which of them are there is known only now that each has its rate.
    for (const final of resolved) if (this.keptOf(final) !== undefined) this.progress.skip();
    await this.executeAll(resolved);
  }

  /** The records of runs: those that are there, and new ones. */
  private async executeAll(runs: readonly ResolvedFinal[]): Promise<RunRecord[]> {
    // Before the first of them begins: beside one, a search would take from its time.
    for (const run of runs) if (this.keptOf(run) === undefined) await this.countOverlap(run.config);
    return this.all(runs, (run) => this.execute(run));
  }

  private keptOf(run: ResolvedFinal): RunRecord | undefined {
    return run.config.purpose === 'search' ? this.settled.ofTrial(run.config) : this.settled.ofFinal(run);
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

  /** The record of a run: the one that is there, or a new one. */
  private async execute(resolved: ResolvedFinal): Promise<RunRecord> {
    const { config, search } = resolved;
    const existing = this.keptOf(resolved);
    if (existing !== undefined) {
      if (isFailure(existing)) this.failed += 1;
      return existing;
    }
    const overlap = await this.countOverlap(config);
    if (this.signal.aborted) throw new Interrupted('interrupted');
    const { study, sources, backend, device, threads, folder, keepAdapters } = this.run;
    const adapters = keepAdapters && config.purpose === 'final' ? adaptersFolder(folder) : undefined;
    const place = { backend, device, threads, jobs: this.run.jobs, adapters };
    const code = this.workers.codeOf(config.method.name);
    const context: RunContext = { ...sources, ...place, study: study.name, search, code, overlap };
    const bar = this.progress.begin(config, this.titles.get(config));
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
      const there = this.settled.present.get(record.id);
      // What crashes says nothing in place of a result.
      const stays = there !== undefined && record.status === 'failed';
      const write = there === undefined ? writeRecord : replaceRecord;
      if (!stays) write(runsFolder(folder), record, predictions);
      if (!stays && record.status !== 'failed') this.written += 1;
      this.claim?.renew();
      this.executed += 1;
      if (isFailure(record)) this.failed += 1;
      bar.end(record, (performance.now() - began) / 1000);
      if (stays) this.progress.log(`runs/${record.id}.json stays as it was`);
      return stays ? there : record;
    } catch (error) {
      bar.cancel();
      throw error;
    }
  }
}
