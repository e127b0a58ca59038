// One figure of a row seed by seed, with the runs that it comes from and what is lacking.
import { taskIdsOf, taskNameOf } from '../../contracts/task-id.ts';
import { thousands } from '../../contracts/words.ts';
import { conditionsOf, differenceFrom } from '../../records/conditions.ts';
import { isCompleted } from '../../records/is-completed.ts';
import { untold } from '../../records/migrate.ts';
import type { CompletedRecord } from '../../records/schema.ts';
import { type Figure, figure, missing } from '../../stats/summary.ts';
import { whyApart } from '../../records/together.ts';
import { type PaperEvidence, runsOf, usuallyOn } from './evidence.ts';
import type { Reading } from './readings.ts';
import type { PaperRow } from './rows.ts';
import type { Score } from './schema.ts';

export interface Sample {
  /** By seed. */
  readonly values: ReadonlyMap<number, number>;
  /** Ids of the records that decide it. */
  readonly runs: readonly string[];
  /** Tasks of the study that it is of. */
  readonly tasks: readonly string[];
  /** Runs of the study that are not there. */
  readonly due: readonly Due[];
  /** Tasks that the study has not. */
  readonly absent: readonly string[];
  /** Why runs that are there give no value, a line each. */
  readonly gaps: readonly string[];
}

export interface Due {
  readonly task: string;
  readonly seed: number;
}

const NOTHING: Sample = { values: new Map(), runs: [], tasks: [], due: [], absent: [], gaps: [] };

/** A score of a task, or without one the mean over the row's. */
export function scoreSample(row: PaperRow, score: Score, evidence: PaperEvidence): Sample {
  const ofTask = (task: string, set = score.set): Sample =>
    taskSample(row, task, evidence, (record) => scoreOf(record, set, score.metric), whyApart);
  const ids = evidence.study.tasks.map(({ task }) => task);
  const wanted = score.task ?? row.task;
  if (wanted === null) return meanSample(ids.map((id) => ofTask(id)));
  if (ids.includes(wanted)) return ofTask(wanted);
  const mix = ids.find((id) => taskIdsOf(id).includes(wanted));
  return mix === undefined ? { ...NOTHING, absent: [wanted] } : ofTask(mix, setWithin(wanted, score.set));
}

/** A figure of each run: see {@link Reading}. */
export function readingSample(row: PaperRow, reading: Reading, evidence: PaperEvidence): Sample {
  const tasks = row.task === null ? evidence.study.tasks.map(({ task }) => task) : [row.task];
  const usual = usuallyOn(row.model, evidence);
  const read = (record: CompletedRecord): Figure => {
    const otherwise =
      reading.kind === 'timed' && usual !== undefined ? differenceFrom(usual, conditionsOf(record)) : '';
    if (otherwise !== '') return missing(`measured otherwise than most: ${otherwise}`);
    const value = reading.read(record);
    if (typeof value === 'number') return figure(value);
    return missing(value === undefined ? 'the method has none' : untoldBy(record));
  };
  const samples = tasks.map((task) => taskSample(row, task, evidence, read, () => undefined));
  return reading.kind === 'count' ? sharedSample(samples) : meanSample(samples);
}

/** Seed by seed, of the seeds that each of them has. */
export function meanSample(samples: readonly Sample[]): Sample {
  const seeds = [...(samples[0]?.values.keys() ?? [])].filter((seed) =>
    samples.every(({ values }) => values.has(seed)),
  );
  const meanOf = (seed: number) =>
    samples.reduce((sum, { values }) => sum + (values.get(seed) ?? 0), 0) / samples.length;
  return { ...together(samples), values: new Map(seeds.map((seed) => [seed, meanOf(seed)])) };
}

/** Of what every run has alike: some of them are enough, and where they differ there is none. */
function sharedSample(samples: readonly Sample[]): Sample {
  const all = together(samples);
  const values = [...new Set(samples.flatMap((sample) => [...sample.values.values()]))].sort((a, b) => a - b);
  const [least] = values;
  if (least === undefined) return { ...all, values: new Map() };
  if (values.length > 1) {
    return { ...all, values: new Map(), gaps: [`differs between runs: ${values.map(countText).join(', ')}`] };
  }
  const seeds = samples.flatMap((sample) => [...sample.values.keys()]);
  return { ...all, values: new Map(seeds.map((seed) => [seed, least])), due: [], absent: [], gaps: [] };
}

function together(samples: readonly Sample[]): Omit<Sample, 'values'> {
  const all = <T>(of: (sample: Sample) => readonly T[]): T[] => [...new Set(samples.flatMap(of))];
  return {
    runs: all(({ runs }) => runs),
    tasks: all(({ tasks }) => tasks),
    due: all(({ due }) => due),
    absent: all(({ absent }) => absent),
    gaps: all(({ gaps }) => gaps),
  };
}

/** @param apart why its runs have no figure together; undefined where they have */
function taskSample(
  { model, label }: PaperRow,
  task: string,
  evidence: PaperEvidence,
  read: (record: CompletedRecord) => Figure,
  apart: (completed: readonly CompletedRecord[]) => string | undefined,
): Sample {
  const own = runsOf(evidence, { model, label, task });
  const values = new Map<number, number>();
  const reasons = new Map<string, number[]>();
  const due: Due[] = [];
  for (const seed of evidence.study.seeds) {
    const record = own.find((each) => each.seed === seed);
    if (record === undefined) {
      due.push({ task, seed });
      continue;
    }
    const found = isCompleted(record) ? read(record) : missing(`${record.status}: ${record.error.message}`);
    if (found.value === null) reasons.set(found.reason, [...(reasons.get(found.reason) ?? []), seed]);
    else values.set(seed, found.value);
  }
  const runs = own.map(({ id }) => id);
  const gaps = [...reasons].map(([reason, seeds]) => `${task}, seed ${seeds.join(', ')}: ${reason}`);
  const why = apart(own.filter(isCompleted));
  if (why === undefined) return { values, runs, tasks: [task], due, absent: [], gaps };
  return { ...NOTHING, runs, tasks: [task], due, gaps: [`${task}: ${why}`] };
}

const countText = (value: number): string => (Number.isInteger(value) ? thousands(value) : String(value));

/** `boolq` within a mix, `STEM` within a task. */
function setWithin(task: string, set: string | undefined): string {
  return set === undefined ? taskNameOf(task) : `${taskNameOf(task)}/${set}`;
}

function scoreOf({ metrics }: CompletedRecord, set: string | undefined, metric = metrics.primary.name): Figure {
  const key = set === undefined ? metric : `${set}/${metric}`;
  const value = metrics.all[key];
  if (value === undefined) return missing(`the record has no ${key}`);
  return value === null ? missing(`${key} is undefined`) : figure(value);
}

/** Old records lack figures, and runs that train nothing have no seconds a step. */
function untoldBy(record: CompletedRecord): string {
  return record.trained.steps === 0 ? 'nothing is trained' : untold(record);
}
