// What a study's folder holds of its runs: which of them need not run again.
import { isDeepStrictEqual } from 'node:util';
import { InputError } from '../contracts/input-error.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import type { RunRecord } from '../records/schema.ts';
import { readRecords, runsFolder } from '../records/store.ts';
import { type PendingFinal, trialsOf } from '../study/expand.ts';
import type { CheckedStudy } from '../study/read.ts';
import { askedTrials, dueTrials, type ResolvedFinal, resolveIfScored } from '../study/search/choose.ts';
import { recordsOfNoRun, requireOwnIds } from '../study/select.ts';
import { type CodeOf, isOfOtherSources } from './found.ts';
import type { Place } from './run-context.ts';

export interface Settled {
  /** The record of a trial that need not run again. */
  ofTrial(config: RunConfig): RunRecord | undefined;
  /** The same of a final run: one that was made by another search runs again, so that what it tells of its trials is so. */
  ofFinal(final: ResolvedFinal): RunRecord | undefined;
  /** Records that end as they would again, by id: one that is taken again stays until there is a new one. */
  readonly present: ReadonlyMap<string, RunRecord>;
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
  requireOwnIds(run.study, present);
  const byId = new Map(
    present.filter((each) => own.has(each.id) && isSettled(each)).map((record) => [record.id, record]),
  );
  const keptOf = (config: RunConfig): RunRecord | undefined => {
    const record = byId.get(ids.get(config) as string);
    return record !== undefined && run.rerun && isOfOtherSources(record, codeOf) ? undefined : record;
  };
  return {
    ofTrial: keptOf,
    ofFinal({ config, search }) {
      const record = keptOf(config);
      return isDeepStrictEqual(record?.search, search) ? record : undefined;
    },
    present: byId,
    strangers: recordsOfNoRun(run.study, present),
  };
}

/** The final runs whose trials are all there. */
export function resolvable(finals: readonly PendingFinal[], settled: Settled): ResolvedFinal[] {
  const records = trialRecords(finals, settled);
  return finals.flatMap((final) =>
    dueTrials(final, records).length > 0 ? [] : (resolveIfScored(final, records) ?? []),
  );
}

/** Whether nothing is left to run. */
export function isComplete(finals: readonly PendingFinal[], settled: Settled): boolean {
  const records = trialRecords(finals, settled);
  const isMissing = finals.some((final) => dueTrials(final, records).length > 0);
  return !isMissing && resolvable(finals, settled).every((final) => settled.ofFinal(final) !== undefined);
}

/** The records of the trials that the searches have asked for so far, of those that need not run again. */
export function trialRecords(finals: readonly PendingFinal[], settled: Settled): Map<RunConfig, RunRecord> {
  const pairIfSettled = (trial: RunConfig): [RunConfig, RunRecord][] => {
    const record = settled.ofTrial(trial);
    return record === undefined ? [] : [[trial, record]];
  };
  const all = new Map([...new Set(finals.flatMap(trialsOf))].flatMap(pairIfSettled));
  return new Map([...new Set(finals.flatMap((final) => askedTrials(final, all)))].flatMap(pairIfSettled));
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
