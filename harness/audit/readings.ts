// What a rule's key reads: a path into a run's record, or a reading by name where a record has no such figure of its own.
import { readPath, TOLD_NULL } from './record-path.ts';
import { isCompleted } from '../records/is-completed.ts';
import { areAllAlike, sideOf } from '../records/search-choice.ts';
import type { RunRecord } from '../records/schema.ts';

/** What a run is read with beside its record. */
export interface Context {
  /** Records of trials, by id. */
  readonly trials: ReadonlyMap<string, RunRecord>;
  /** See `updateScale` of a method; undefined where it has none, or is not here. */
  scaleOf(method: RunRecord['config']['method']): number | undefined;
}

/** The final runs of one method, model and task. */
export interface AuditedRow {
  readonly label: string;
  readonly runs: readonly RunRecord[];
  /** That the study asks for. */
  readonly seeds: number;
}

type RunReading = (record: RunRecord, context: Context) => unknown;
type RowReading = (row: AuditedRow) => number | boolean | undefined;

/** Of one run; undefined where it has none, or does not tell. */
export const RUN_READINGS: ReadonlyMap<string, RunReading> = new Map<string, RunReading>([
  ['scale', ({ config }, { scaleOf }) => scaleOf(config.method)],
  [
    'headLearningRate',
    (record) => (isCompleted(record) && record.params.head > 0 ? record.config.method.headLearningRate : undefined),
  ],
  ['boosters', drawn],
  ['search.trials', ({ search }) => search?.length ?? 0],
  ['search.rate', rateInGrid],
  ['search.holdout', ofTrials(({ config }) => config.task.holdout)],
  ['search.seed', ofTrials(({ config }) => config.seed)],
  ['search.examples', ofTrials((trial) => (isCompleted(trial) ? trial.trained.examples : null))],
]);

/** Of a method's runs on a task together. */
export const ROW_READINGS: ReadonlyMap<string, RowReading> = new Map<string, RowReading>([
  ['row.seeds', ({ runs }) => runs.filter(isCompleted).length],
  ['row.missing', ({ runs, seeds }) => Math.max(0, seeds - runs.length)],
  ['row.failed', ({ runs }) => runs.filter(({ status }) => status === 'failed').length],
  ['row.diverged', ({ runs }) => runs.filter(({ status }) => status === 'diverged').length],
  ['row.oneScore', oneScore],
]);

/** The value of a run at a rule's key; undefined where it is not told. */
export function readRun(key: string, record: RunRecord, context: Context): unknown {
  const reading = RUN_READINGS.get(key);
  if (reading !== undefined) return reading(record, context);
  const value = readPath(record, key);
  // In a configuration null is a choice; elsewhere it is what a record does not tell.
  return value === null && !TOLD_NULL.test(key) ? undefined : value;
}

/** Whether a run trains anything; one that failed was to. */
export function isTrained(record: RunRecord): boolean {
  return !isCompleted(record) || record.params.trainable + record.params.head > 0;
}

/** How many times over its parameters were drawn anew. */
function drawn(record: RunRecord): number | undefined {
  if (!isCompleted(record) || record.params.trainable === 0) return undefined;
  return Math.round(record.params.trainableCumulative / record.params.trainable);
}

/** Where the chosen rate lies among those that were tried; undefined where there was one only, or nothing to choose by. */
function rateInGrid({ search, config }: RunRecord): 'smallest' | 'between' | 'largest' | undefined {
  const tried = search ?? [];
  const rates = tried.map(({ learningRate }) => learningRate);
  if (new Set(rates).size < 2 || areAllAlike(tried.flatMap(({ value }) => value ?? []))) return undefined;
  return sideOf(config.method.learningRate, rates) ?? 'between';
}

/** What all of a search's trials have, or a list of what each has; undefined where their records are not there. */
function ofTrials(read: (trial: RunRecord) => number | null): RunReading {
  return ({ search }, { trials }) => {
    const records = (search ?? []).flatMap(({ id }) => trials.get(id) ?? []);
    const values = [...new Set(records.map(read))].filter((value) => value !== null).sort((a, b) => a - b);
    return values.length > 1 ? values : values[0];
  };
}

/** Whether several seeds gave the same score, to the last bit. */
function oneScore({ runs }: AuditedRow): boolean | undefined {
  const trained = runs.filter(isCompleted).filter(isTrained);
  if (trained.length < 2) return undefined;
  return new Set(trained.map(({ metrics }) => metrics.primary.value)).size === 1;
}
