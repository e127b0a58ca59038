// From the records of trials to what a search does next, and in the end to the setting that it chooses.
import type { RunConfig } from '../../contracts/run-config.ts';
import type { RunRecord } from '../../records/schema.ts';
import { bestTrial, primaryValue, ranked, settingText, type Tried } from '../../records/search-choice.ts';
import type { Candidate, PendingFinal } from '../expand.ts';

/** A final run whose setting is settled. */
export interface ResolvedFinal {
  readonly config: RunConfig;
  /** The trials it was chosen from, for its record; null where nothing was searched. */
  readonly search: RunRecord['search'];
}

/** A searched final run for which no trial has a score: it cannot run. The message is one line. */
export class UnresolvedFinal extends Error {
  override readonly name = 'UnresolvedFinal';
}

type Records = ReadonlyMap<RunConfig, RunRecord>;

/** A trial with its record. */
interface TriedCandidate extends Tried {
  readonly candidate: Candidate;
  readonly record: RunRecord;
}

/** How far the records take a search. */
interface Reached {
  /** By rung, as many as have all of their trials. */
  readonly tried: readonly (readonly TriedCandidate[])[];
  /** The trials of these rungs and of the one after them, whether they have a record or not. */
  readonly asked: readonly RunConfig[];
}

/** The trials that the search needs as far as the records take it, those with a record among them. */
export function askedTrials(pending: PendingFinal, records: Records): readonly RunConfig[] {
  return reached(pending, records).asked;
}

/** The trials that are to be run next: those of the first rung, or of the settings that go on to a later one. */
export function dueTrials(pending: PendingFinal, records: Records): readonly RunConfig[] {
  return askedTrials(pending, records).filter((trial) => !records.has(trial));
}

/**
 * Settles what was searched by the trials' records: the highest primary metric, or mean of it, of equals the smaller rate. A
 * trial that failed or diverged, or whose metric is undefined, counts as the worst.
 * @throws UnresolvedFinal if no trial has a score
 */
export function resolveFinal(pending: PendingFinal, records: Records): ResolvedFinal {
  const [first] = pending.candidates;
  if (first.rungs.length === 0) return { config: first.config, search: null };
  const { tried: rungs, asked } = reached(pending, records);
  const absent = asked.find((trial) => !records.has(trial));
  if (absent !== undefined) throw new Error(`no record of the trial at learning rate ${absent.method.learningRate}`);
  const tried = rungs.flat();
  const best = bestTrial(tried);
  if (best === undefined) {
    const { method, task, seed } = first.config;
    const outcomes = tried.map((trial) => `${nameOf(trial)} ${outcomeOf(trial.record)}`).join('; ');
    throw new UnresolvedFinal(
      `${method.label}, ${task.id}, seed ${seed} cannot run: no trial has a score (${outcomes})`,
    );
  }
  return { config: best.candidate.config, search: tried.map(entryOf) };
}

/** The same; undefined where no trial has a score. */
export function resolveIfScored(pending: PendingFinal, records: Records): ResolvedFinal | undefined {
  try {
    return resolveFinal(pending, records);
  } catch (error) {
    if (error instanceof UnresolvedFinal) return undefined;
    throw error;
  }
}

/** On each rung the best of the one before go on, as many as there is room for and as have a score. */
function reached({ candidates, counts }: PendingFinal, records: Records): Reached {
  const tried: TriedCandidate[][] = [];
  const asked: RunConfig[] = [];
  for (const [rung, count] of counts.entries()) {
    const before = tried.at(-1);
    const better =
      before &&
      new Set(
        ranked(before)
          .slice(0, count)
          .map(({ candidate }) => candidate),
      );
    const going = better === undefined ? candidates : candidates.filter((candidate) => better.has(candidate));
    const trials = going.flatMap((candidate) => (candidate.rungs[rung] ?? []).map((config) => ({ candidate, config })));
    asked.push(...trials.map(({ config }) => config));
    const done = trials.flatMap(({ candidate, config }) => {
      const record = records.get(config);
      return record === undefined ? [] : [triedOf(candidate, config, record, counts.length > 1)];
    });
    if (done.length < trials.length) break;
    tried.push(done);
  }
  return { tried, asked };
}

function triedOf(candidate: Candidate, { task }: RunConfig, record: RunRecord, hasRungs: boolean): TriedCandidate {
  const { config, values } = candidate;
  const isRateAlone = Object.keys(values).every((key) => key === 'learningRate');
  return {
    ...{ candidate, record, learningRate: config.method.learningRate, value: primaryValue(record) },
    ...(!isRateAlone && { values }),
    ...(hasRungs && task.limitTrain !== null && { examples: task.limitTrain }),
  };
}

/** As a record tells a trial. */
function entryOf({ record: { id }, learningRate, values, examples, value }: TriedCandidate) {
  return {
    ...{ id, learningRate },
    ...(values !== undefined && { values: { ...values } }),
    ...(examples !== undefined && { examples }),
    value,
  };
}

/** `0.001`, or of other keys `learningRate 0.001, options.r 8`. */
function nameOf(trial: Tried): string {
  return trial.values === undefined ? String(trial.learningRate) : settingText(trial);
}

function outcomeOf(record: RunRecord): string {
  return record.status === 'completed' ? 'has an undefined metric' : `${record.status}: ${record.error.message}`;
}
