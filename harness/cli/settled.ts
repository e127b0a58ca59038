// What a study's folder holds of its runs: which of them need not run again.
import { InputError } from '../contracts/input-error.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import type { RunRecord } from '../records/schema.ts';
import { readRecords, runsFolder } from '../records/store.ts';
import { type PendingFinal, type ResolvedFinal, resolveIfScored, trialsOf } from '../study/expand.ts';
import type { CheckedStudy } from '../study/read.ts';
import { recordsOfNoRun } from '../study/select.ts';
import { type CodeOf, isOfOtherSources } from './found.ts';
import type { Place } from './services.ts';

export interface Settled {
  /** The record of a run that need not run again. */
  of(config: RunConfig): RunRecord | undefined;
  /** Records that are taken again, by id: each stays until there is a new one. */
  readonly outdated: ReadonlyMap<string, RunRecord>;
  readonly strangers: readonly RunRecord[];
}

/** What is asked of a folder. */
export interface SettledIn {
  readonly study: CheckedStudy;
  readonly folder: string;
  /** Whether records that other sources computed are taken again. */
  readonly rerun: boolean;
}

/** @throws InputError for a malformed record, or one of another backend or device */
export function settledRecords(
  run: SettledIn,
  ids: ReadonlyMap<RunConfig, string>,
  place: Place,
  codeOf: CodeOf,
): Settled {
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
export function resolvable(finals: readonly PendingFinal[], settled: Settled): ResolvedFinal[] {
  return finals.flatMap((final) => {
    const trials = trialsOf(final);
    const records = new Map(
      trials.flatMap((trial) => {
        const record = settled.of(trial);
        return record === undefined ? [] : [[trial, record] as const];
      }),
    );
    return records.size < trials.length ? [] : (resolveIfScored(final, records) ?? []);
  });
}

export function isComplete(trials: readonly RunConfig[], finals: readonly PendingFinal[], settled: Settled): boolean {
  const missing = trials.some((config) => settled.of(config) === undefined);
  return !missing && resolvable(finals, settled).every(({ config }) => settled.of(config) !== undefined);
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
