// What a study's runs are and take, before any of them runs: from configurations alone where neither weights nor data are here.
import { Faults, MissingInput } from '../contracts/input-error.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import type { RunRecord } from '../records/schema.ts';
import { readRecords, runsFolder } from '../records/store.ts';
import type { CheckedStudy } from '../study/checked.ts';
import { type Expansion, type PendingFinal, type RowSearch, trialsOf } from '../study/expand.ts';
import { recordsOfStudy } from '../study/select.ts';
import { shareTrials } from './identify-runs.ts';
import { type PlanMachine, type PlannedRow, planRows, sumOf } from './plan-rows.ts';
import { countTrials } from './run-study.ts';
import type { Sources } from './run-context.ts';
import type { Services } from './services.ts';
import { isSettled, resolvable, settledRecords, trialRecords } from './settled.ts';

/** A run with its id, or why that cannot be computed. */
export interface IdentifiedRun {
  readonly id: string | null;
  readonly reason?: string;
  readonly config: RunConfig;
}

export interface StudyPlan {
  readonly machine: PlanMachine;
  readonly totals: {
    /** Trials, those that methods share once, and final runs. */
    readonly runs: number;
    /** Of them, those that are recorded. */
    readonly kept: number;
    readonly toRun: number;
    /** Of those that are to run; null where a row's is not known. */
    readonly seconds: number | null;
    readonly flops: number | null;
    readonly diskBytes: number | null;
    readonly fitsDisk: boolean | null;
  };
  readonly rows: readonly PlannedRow[];
  readonly trials: readonly IdentifiedRun[];
  readonly searches: readonly RowSearch[];
  readonly finals: readonly { readonly candidates: readonly IdentifiedRun[] }[];
}

/**
 * @param expansion of the study
 * @param folder of its records
 * @throws InputError for a configuration, or a record, that will not do; what is missing is told in the plan
 */
export async function planStudy(
  study: CheckedStudy,
  expansion: Expansion,
  folder: string,
  sources: Sources,
  services: Services,
): Promise<StudyPlan> {
  const { finals, searches, trials } = expansion;
  const identities = await identify(finals, sources, services);
  const { ids, reasons } = identities;
  const currentId = (config: RunConfig) => services.identifyRun(config, sources);
  const kept = await keptRuns(study, folder, expansion, identities, currentId);
  const { machine, rows } = await planRows(folder, expansion, kept, sources, services);
  const runs = countTrials(reasons.size === 0 ? shareTrials(finals, ids) : finals) + finals.length;
  const diskBytes = sumOf(rows.map(({ toRun }) => toRun.diskBytes));
  const identified = (config: RunConfig): IdentifiedRun => {
    const reason = reasons.get(config);
    return { id: ids.get(config) ?? null, ...(reason !== undefined && { reason }), config };
  };
  const first = new Set(finals.flatMap(({ candidates }) => candidates.flatMap(({ rungs }) => rungs[0] ?? [])));
  return {
    machine,
    totals: {
      ...{ runs, kept: kept.length, toRun: runs - kept.length },
      seconds: sumOf(rows.map(({ toRun }) => toRun.seconds)),
      flops: sumOf(rows.map(({ toRun }) => toRun.flops)),
      diskBytes,
      fitsDisk: diskBytes === null ? null : diskBytes <= machine.freeDiskBytes,
    },
    rows,
    trials: trials.filter((trial) => first.has(trial)).map(identified),
    searches,
    finals: finals.map(({ candidates }) => ({ candidates: candidates.map(({ config }) => identified(config)) })),
  };
}

interface Identities {
  readonly ids: ReadonlyMap<RunConfig, string>;
  /** Why others have none. */
  readonly reasons: ReadonlyMap<RunConfig, string>;
}

async function identify(finals: readonly PendingFinal[], sources: Sources, services: Services): Promise<Identities> {
  const [ids, reasons] = [new Map<RunConfig, string>(), new Map<RunConfig, string>()];
  const faults = new Faults();
  const configs = finals.flatMap(({ candidates }) => candidates.map(({ config }) => config));
  for (const config of new Set([...finals.flatMap(trialsOf), ...configs])) {
    try {
      ids.set(config, await services.identifyRun(config, sources));
    } catch (error) {
      if (error instanceof MissingInput) reasons.set(config, error.faults.join('; '));
      else faults.add(error);
    }
  }
  faults.throw();
  return { ids, reasons };
}

/** The records that need not be made again: by their ids where all are known, as `run` does, else by their configurations. */
async function keptRuns(
  study: CheckedStudy,
  folder: string,
  { finals }: Expansion,
  { ids, reasons }: Identities,
  currentId: (config: RunConfig) => Promise<string>,
): Promise<RunRecord[]> {
  const [first, ...others] = readRecords(runsFolder(folder));
  if (first === undefined) return [];
  if (reasons.size > 0) {
    const { finals: made, trials } = await recordsOfStudy(study, [first, ...others], currentId);
    return [...trials, ...made].filter(isSettled);
  }
  const taken = () => {
    throw new Error('nothing is taken again by a plan');
  };
  const settled = settledRecords({ study, folder, rerun: false }, ids, first.environment, taken);
  const shared = shareTrials(finals, ids);
  const trials = [...trialRecords(shared, settled)].map(([config, record]) => ({ ...record, config }));
  const made = resolvable(shared, settled).flatMap((final) => {
    const record = settled.ofFinal(final);
    return record === undefined ? [] : [{ ...record, config: final.config }];
  });
  return [...trials, ...made];
}
