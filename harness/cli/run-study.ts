// Runs what a study lacks: trials first, then the final runs at the rates that the trials chose.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Faults, InputError } from '../contracts/input-error.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { shown } from '../contracts/validate.ts';
import { beforeWork } from '../contracts/write-error.ts';
import type { RunRecord } from '../records/schema.ts';
import { finishReplacements, replaceRecord } from '../records/replace.ts';
import { readRecords, removeLeftovers, runsFolder, writeRecord } from '../records/store.ts';
import { makeFolder } from '../records/write-whole.ts';
import {
  type Candidate,
  expand,
  type PendingFinal,
  type ResolvedFinal,
  resolveFinal,
  UnresolvedFinal,
} from '../study/expand.ts';
import type { CheckedStudy } from '../study/read.ts';
import { recordsOfNoRun } from '../study/select.ts';
import type { BackendName } from '../tensor/backend-names.ts';
import type { Device } from '../tensor/device-names.ts';
import { Interrupted, WorkerDied } from './child-process.ts';
import { type Claim, claimFolder } from './claim-folder.ts';
import type { OverlapCounts } from './count-overlap.ts';
import { type CodeOf, describeFound, isOfOtherSources } from './found.ts';
import { limiter } from './limit.ts';
import { type Progress, showProgress } from './progress.ts';
import { requireWritableFolder } from './require-writable.ts';
import { sayLimits } from './say-limits.ts';
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
  /** Whether records that other sources computed are taken again. */
  readonly rerun: boolean;
  /** Whether a final run is wanted (`--only`). */
  wanted(config: RunConfig): boolean;
  readonly signal: AbortSignal;
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
 * another process writes to it; WriteError where a record cannot be written
 */
export async function runStudy(run: StudyRun, services: Services, stream: NodeJS.WriteStream): Promise<StudyOutcome> {
  const wanted = expand(run.study).finals.filter(({ candidates }) =>
    candidates.some(({ config }) => run.wanted(config)),
  );
  const ids = await identifyAll(wanted, run, services);
  const finals = shareTrials(wanted, ids);
  const trials = [...new Set(finals.flatMap(trialsOf))];
  const place = await services.requireBackend(run.backend, run.device);
  if (run.keepAdapters) for (const final of finals) await requireKeepable(final, run, services);
  await sayLimits([...ids.keys()], run.sources, services, stream);
  const workers = await services.startWorkers();
  try {
    const settled = (): Settled => settledRecords(run, ids, place, workers.codeOf);
    const before = settled();
    if (run.keepAdapters) requireAdapters(finals, before, run.folder);
    const plan = { trials, finals, workers };
    if (isComplete(trials, finals, before)) {
      run.prepare();
      return await execute(run, services, stream, { ...plan, settled: before, claim: undefined });
    }
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

interface Plan {
  readonly trials: readonly RunConfig[];
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
  { trials, finals, workers, settled, claim }: Plan,
): Promise<StudyOutcome> {
  const total = trials.length + finals.length;
  const known = [...trials, ...resolvable(finals, settled).map(({ config }) => config)];
  const kept = known.flatMap((config) => settled.of(config) ?? []);
  const found = { total, kept, strangers: settled.strangers };
  for (const line of describeFound(found, workers.codeOf)) stream.write(`${line}\n`);
  const doneTrials = trials.filter((config) => settled.of(config) !== undefined).length;
  const progress = showProgress(stream, total, doneTrials);
  try {
    const executor = new Executor(run, services, workers, progress, settled, claim);
    const records = await executor.trials(trials);
    await executor.finals(finals, records);
    return executor.outcome;
  } finally {
    progress.stop();
  }
}

/** What a folder holds. */
interface Settled {
  /** The record of a run that need not run again. */
  of(config: RunConfig): RunRecord | undefined;
  /** Records that are taken again, by id: each stays until there is a new one. */
  readonly outdated: ReadonlyMap<string, RunRecord>;
  readonly strangers: readonly RunRecord[];
}

/** @throws InputError for a malformed record, or one of another backend or device */
function settledRecords(run: StudyRun, ids: ReadonlyMap<RunConfig, string>, place: Place, codeOf: CodeOf): Settled {
  const present = readRecords(runsFolder(run.folder));
  const own = new Set(ids.values());
  refuseOtherPlaces(present, own, place, run.folder);
  const outdated = new Map<string, RunRecord>();
  const byId = new Map<string, RunRecord>();
  for (const record of present.filter((each) => own.has(each.id) && isSettled(each))) {
    (run.rerun && isOfOtherSources(record, codeOf) ? outdated : byId).set(record.id, record);
  }
  return {
    of: (config) => byId.get(ids.get(config) as string),
    outdated,
    strangers: recordsOfNoRun(run.study, present),
  };
}

/** The final runs whose trials are all there. */
function resolvable(finals: readonly PendingFinal[], settled: Settled): ResolvedFinal[] {
  return finals.flatMap((final) => {
    const trials = final.candidates.flatMap(({ trial }) => trial ?? []);
    const records = new Map(
      trials.flatMap((trial) => {
        const record = settled.of(trial);
        return record === undefined ? [] : [[trial, record] as const];
      }),
    );
    return records.size < trials.length ? [] : (resolveIfScored(final, records) ?? []);
  });
}

/** Undefined where no trial has a score. */
function resolveIfScored(final: PendingFinal, trials: ReadonlyMap<RunConfig, RunRecord>): ResolvedFinal | undefined {
  try {
    return resolveFinal(final, trials);
  } catch (error) {
    if (error instanceof UnresolvedFinal) return undefined;
    throw error;
  }
}

function isComplete(trials: readonly RunConfig[], finals: readonly PendingFinal[], settled: Settled): boolean {
  const missing = trials.some((config) => settled.of(config) === undefined);
  return !missing && resolvable(finals, settled).every(({ config }) => settled.of(config) !== undefined);
}

function adaptersFolder(folder: string): string {
  return join(folder, 'adapters');
}

async function requireKeepable({ candidates: [{ config }] }: PendingFinal, run: StudyRun, services: Services) {
  await services.requireKeepable(config, run.sources);
}

/** Adapters are kept when a run ends: those of one that is there already are there too, or never will be. */
function requireAdapters(finals: readonly PendingFinal[], settled: Settled, folder: string): void {
  for (const { config } of resolvable(finals, settled)) {
    const record = settled.of(config);
    if (record?.status !== 'completed' || existsSync(join(adaptersFolder(folder), record.id))) continue;
    const file = join(runsFolder(folder), `${record.id}.json`);
    throw new InputError(
      `--keep-adapters: ${file} is of a run whose adapters were not kept; expected another --out, or the record moved away so that it runs again`,
    );
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

function trialsOf({ candidates }: PendingFinal): RunConfig[] {
  return candidates.flatMap(({ trial }) => trial ?? []);
}

/** Where a search has settings of its own, methods that differ in final runs alone have the same trials: these run once. */
function shareTrials(finals: readonly PendingFinal[], ids: ReadonlyMap<RunConfig, string>): PendingFinal[] {
  const first = new Map(
    finals
      .flatMap(trialsOf)
      .reverse()
      .map((trial) => [ids.get(trial), trial]),
  );
  return finals.map(({ candidates: [one, ...others] }) => {
    const shared = ({ config, trial }: Candidate): Candidate => ({
      config,
      trial: trial && (first.get(ids.get(trial)) ?? trial),
    });
    return { candidates: [shared(one), ...others.map(shared)] };
  });
}

/** @throws InputError where final runs of two models or two labels are one run */
async function identifyAll(
  finals: readonly PendingFinal[],
  run: StudyRun,
  services: Services,
): Promise<Map<RunConfig, string>> {
  const ids = new Map<RunConfig, string>();
  const byId = new Map<string, RunConfig>();
  const faults = new Faults();
  const configs = finals.flatMap(({ candidates }) => candidates.map(({ config }) => config));
  for (const config of new Set([...finals.flatMap(trialsOf), ...configs])) {
    const id = await faults.ofLater(() => services.identifyRun(config, run.sources));
    if (id === undefined) continue;
    const fault = twinFault(byId.get(id) ?? config, config);
    if (fault !== undefined) faults.add(new InputError(fault));
    byId.set(id, config);
    ids.set(config, id);
  }
  faults.throw();
  return ids;
}

function twinFault(one: RunConfig, other: RunConfig): string | undefined {
  if (one.model !== other.model) {
    return `models: ${shown(one.model)} and ${shown(other.model)} have the same weights; expected each model once`;
  }
  const [{ label }, { label: again, learningRate }] = [one.method, other.method];
  if (label === again || other.purpose === 'search') return undefined;
  return `methods: ${shown(label)} and ${shown(again)} are the same at the learning rate ${learningRate}: method, options and training; expected each run under one label`;
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
    private readonly settled: Settled,
    private readonly claim: Claim | undefined,
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
    for (const { config } of resolved) if (this.settled.of(config) !== undefined) this.progress.skip();
    await this.executeAll(resolved);
  }

  /** The records of runs: those that are there, and new ones. */
  private async executeAll(runs: readonly ResolvedFinal[]): Promise<RunRecord[]> {
    // Before the first of them begins: beside one, a search would take from its time.
    for (const { config } of runs) if (this.settled.of(config) === undefined) await this.countOverlap(config);
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

  /** The record of a run: the one that is there, or a new one. */
  private async execute({ config, search }: ResolvedFinal): Promise<RunRecord> {
    const existing = this.settled.of(config);
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
      const outdated = this.settled.outdated.get(record.id);
      // What crashes says nothing in place of a result.
      const stays = outdated !== undefined && record.status === 'failed';
      const write = outdated === undefined ? writeRecord : replaceRecord;
      if (!stays) write(runsFolder(folder), record, predictions);
      this.claim?.renew();
      this.executed += 1;
      if (isFailure(record)) this.failed += 1;
      bar.end(record, (performance.now() - began) / 1000);
      if (stays) this.progress.log(`runs/${record.id}.json stays as it was`);
      return stays ? outdated : record;
    } catch (error) {
      bar.cancel();
      throw error;
    }
  }
}
