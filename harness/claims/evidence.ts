// What claims are judged by: the rows of a study, and how any two of them differ in quality and in cost on a model and task.
import { isDeepStrictEqual } from 'node:util';
import { conditionsOf } from '../records/conditions.ts';
import type { CompletedRecord, RunRecord } from '../records/schema.ts';
import type { ComparedTask, PairComparison } from '../stats/comparison.ts';
import { studentInterval } from '../stats/student-interval.ts';
import { type Figure, type Known, known, mean, missing } from '../stats/summary.ts';
import { type Contrast, negated } from './contrast.ts';
import type { CostName } from './schema.ts';

/** Where two rows are compared. */
export interface Place {
  readonly model: string;
  readonly task: string;
}

/** An entry of the study's methods. */
export interface MethodRow {
  readonly label: string;
  readonly method: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly learningRate: number | readonly number[] | undefined;
  readonly headLearningRate?: number | undefined;
}

export interface Evidence {
  readonly models: readonly string[];
  readonly tasks: readonly string[];
  readonly rows: readonly MethodRow[];
  /** The primary metric of `a` less that of `b`. */
  quality(place: Place, a: string, b: string): Known<Contrast>;
  /** ln(cost of b / cost of a): above 0 where `a` is the cheaper one. */
  cost(place: Place, name: CostName, a: string, b: string): Known<Contrast>;
  /** The mean of the primary metric. */
  mean(place: Place, label: string): Figure;
}

type Axes = Pick<Evidence, 'models' | 'tasks' | 'rows'>;

/** @param records completed final runs of the study */
export function evidenceOf(
  axes: Axes,
  records: readonly CompletedRecord[],
  compared: readonly ComparedTask[],
): Evidence {
  const runsOf = ({ model, task }: Place, label: string): CompletedRecord[] =>
    records.filter(({ config }) => config.model === model && config.task.id === task && config.method.label === label);
  const taskOf = (place: Place) => compared.find(({ model, task }) => model === place.model && task === place.task);
  return {
    ...axes,
    quality(place, a, b) {
      const pairs = taskOf(place)?.pairs ?? [];
      const forward = pairs.find((pair) => pair.a === a && pair.b === b);
      const backward = pairs.find((pair) => pair.a === b && pair.b === a);
      const runs = [...runsOf(place, a), ...runsOf(place, b)];
      if (forward !== undefined) return qualityContrast(forward, place, runs);
      if (backward === undefined) return missing(`${where(place, a, b)}: not both were run`);
      const found = qualityContrast(backward, place, runs);
      return found.value === null ? found : known({ ...negated(found.value), what: where(place, a, b), turned: false });
    },
    cost: (place, name, a, b) => costContrast(name, where(place, a, b), runsOf(place, a), runsOf(place, b)),
    mean(place, label) {
      const summary = taskOf(place)?.methods.find((each) => each.label === label);
      return summary?.mean ?? missing(`${label}, ${place.task}: not run`);
    },
  };
}

function where({ model, task }: Place, a: string, b: string): string {
  return `${a} - ${b}, ${task} (${model})`;
}

function qualityContrast(pair: PairComparison, place: Place, runs: readonly CompletedRecord[]): Known<Contrast> {
  const what = where(place, pair.a, pair.b);
  const { effect, overBoth } = pair;
  if (effect.value === null) return missing(`${what}: ${effect.reason}`);
  if (overBoth.value === null) return missing(`${what}: ${overBoth.reason}`);
  const { standardError, degreesOfFreedom, shares, examplesFreedom } = overBoth.value;
  return known({
    ...{ what, scale: 'difference', turned: false },
    estimate: effect.value,
    standardError,
    degreesOfFreedom,
    seeds: pair.seeds.length,
    ...{ shares, examplesFreedom },
    runs: runs.filter(({ seed }) => pair.seeds.includes(seed)).map(({ id }) => id),
  });
}

/** Counts: every run of a row has the same. */
const COUNTS: Partial<Record<CostName, (record: CompletedRecord) => number>> = {
  trainable: ({ params }) => params.trainable,
  cumulative: ({ params }) => params.trainableCumulative,
  stored: ({ params }) => params.stored,
  trainState: ({ memory }) => memory.trainState,
};

/** Measured figures; null where a run has none. */
const MEASURES: Partial<Record<CostName, (record: CompletedRecord) => number | null>> = {
  memory: ({ memory }) => memory.peakRss,
  seconds: ({ time }) => time.secondsPerBatch?.median ?? null,
  secondsPerStep: ({ time }) => time.secondsPerStep?.mean ?? null,
};

function costContrast(
  name: CostName,
  what: string,
  a: readonly CompletedRecord[],
  b: readonly CompletedRecord[],
): Known<Contrast> {
  if (a.length === 0 || b.length === 0) return missing(`${what}: not both were run`);
  const runs = [...a, ...b].map(({ id }) => id);
  const count = COUNTS[name];
  if (count !== undefined) return countContrast(what, distinct(a.map(count)), distinct(b.map(count)), runs);
  const measure = MEASURES[name];
  if (measure === undefined) throw new Error(`no reading of the cost ${name}`);
  if (![...a, ...b].every((record) => isDeepStrictEqual(conditionsOf(record), conditionsOf(a[0] as RunRecord)))) {
    return missing(`${what}: measured under different conditions`);
  }
  const ratios = a.flatMap((record) => {
    const other = b.find(({ seed }) => seed === record.seed);
    const [own, theirs] = [measure(record), other === undefined ? null : measure(other)];
    return own !== null && theirs !== null && own > 0 && theirs > 0 ? [Math.log(theirs / own)] : [];
  });
  const centre = mean(ratios);
  const interval = studentInterval(ratios);
  if (centre.value === null) return missing(`${what}: no seed has both figures`);
  if (interval.value === null) return missing(`${what}: ${interval.reason}`);
  const { standardError, degreesOfFreedom } = interval.value;
  return known({
    ...ratio(what),
    estimate: centre.value,
    standardError,
    degreesOfFreedom,
    seeds: ratios.length,
    ...withoutExamples(standardError ** 2),
    runs,
  });
}

function countContrast(
  what: string,
  a: readonly number[],
  b: readonly number[],
  runs: readonly string[],
): Known<Contrast> {
  const [own, theirs] = [a[0] ?? 0, b[0] ?? 0];
  if (a.length > 1 || b.length > 1) return missing(`${what}: runs of one row differ in it`);
  if (own === 0 || theirs === 0) return missing(`${what}: one of them has none`);
  return known({
    ...ratio(what),
    estimate: Math.log(theirs / own),
    standardError: 0,
    degreesOfFreedom: Number.POSITIVE_INFINITY,
    seeds: 0,
    ...withoutExamples(0),
    runs,
  });
}

/** Costs vary by seeds alone. */
const withoutExamples = (seeds: number) => ({
  shares: { seeds, examples: 0, together: 0 },
  examplesFreedom: Number.POSITIVE_INFINITY,
});

const ratio = (what: string) => ({ what, scale: 'log ratio', turned: false }) as const;

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)];
}
