// From records to the rows of the tables: one row a model, method and task, over its seeds.
import type { Axes, Finding } from '../audit/audit.ts';
import { isCompleted } from '../records/is-completed.ts';
import type { CompletedRecord, RunRecord, UnfinishedRecord } from '../records/schema.ts';
import { type Figure, mean, missing } from '../stats/summary.ts';
import { type Conditions, usualConditions } from '../records/conditions.ts';
import { whyApart } from '../records/together.ts';
import type { UnequalSearch } from './budget.ts';
import { type Cost, costOf } from './cost.ts';
import { type Examples, examplesOf, sharedFigure } from './examples.ts';
import { deviationOf } from './over-seeds.ts';
import { selectionNote } from './selection.ts';
import { aggregateSets, type SetTable } from './sets.ts';

export interface Row {
  readonly model: string;
  /** The method's row in tables. */
  readonly label: string;
  readonly task: string;
  /** The primary metric; null if no run completed. */
  readonly metric: string | null;
  /** Of the primary metric, over the seeds that completed. */
  readonly quality: { readonly mean: Figure; readonly deviation: Figure };
  /** Counts, which every run has alike. */
  readonly params: {
    readonly trainable: Figure;
    readonly trainableCumulative: Figure;
    readonly stored: Figure;
    readonly head: Figure;
    readonly total: Figure;
    /** Trainable at once over the base model's parameters, 0 to 1. */
    readonly share: Figure;
  };
  /** Of the runs that were measured as most of the model's were. */
  readonly cost: Cost;
  readonly examples: Examples;
  /** The adapters' learning rates, rising: more than one if a search chose otherwise for a seed; none if nothing is trained. */
  readonly learningRates: readonly number[];
  readonly runs: {
    readonly completed: number;
    readonly failed: number;
    readonly diverged: number;
    readonly missing: number;
  };
  /** What went wrong, a line a run. */
  readonly problems: readonly string[];
  /** Which weights were evaluated, where they were not the last; else null. */
  readonly selection: string | null;
}

/** The mean over a method's tasks: missing unless every task has a figure. */
export interface Average {
  readonly model: string;
  readonly label: string;
  readonly mean: Figure;
}

export interface Summary {
  readonly rows: readonly Row[];
  readonly averages: readonly Average[];
  readonly sets: readonly SetTable[];
  /** What an audit of the rows found. */
  readonly findings: readonly Finding[];
  /** Records that are in none of them, and why, a line each. */
  readonly leftOut: readonly string[];
  /** Tasks on which the searches of methods were not alike. */
  readonly unequal: readonly UnequalSearch[];
}

export type { Axes } from '../audit/audit.ts';

/**
 * Rows are of final runs. Trials of a search have a part only where they are why there are none: where not one of them has
 * a score. Without `axes` the rows are those that the records have.
 */
export function aggregate(records: readonly RunRecord[], axes: Axes = axesOf(records)): Summary {
  const finals = records.filter((record) => record.config.purpose === 'final');
  const groups = axes.models.flatMap((model) => axes.labels.map((label) => ({ model, label })));
  const usual = new Map(axes.models.map((model) => [model, usualOf(finals, model, axes)]));
  const rows = groups.flatMap(({ model, label }) =>
    axes.tasks.map((task) => {
      const own = records.filter(({ config }) => isOf({ model, label, task }, config));
      return rowOf({ model, label, task }, own, axes.seeds.length, usual.get(model));
    }),
  );
  const averages = groups.map((group) => ({
    ...group,
    mean: averageOf(rows.filter((row) => row.model === group.model && row.label === group.label)),
  }));
  return { rows, averages, sets: aggregateSets(finals, axes), findings: [], leftOut: [], unequal: [] };
}

export function axesOf(records: readonly RunRecord[]): Axes {
  const configs = records.filter(({ config }) => config.purpose === 'final').map(({ config }) => config);
  return {
    models: distinct(configs.map(({ model }) => model)).sort(),
    labels: distinct(configs.map(({ method }) => method.label)).sort(),
    tasks: distinct(configs.map(({ task }) => task.id)).sort(),
    seeds: distinct(configs.map(({ seed }) => seed)).sort((a, b) => a - b),
  };
}

/** How most of a model's runs were measured. */
function usualOf(finals: readonly RunRecord[], model: string, { labels, tasks }: Axes): Conditions | undefined {
  const inOrder = labels.flatMap((label) =>
    tasks.flatMap((task) =>
      finals.filter(({ status, config }) => status === 'completed' && isOf({ model, label, task }, config)),
    ),
  );
  return usualConditions(inOrder);
}

function rowOf(
  key: Pick<Row, 'model' | 'label' | 'task'>,
  own: readonly RunRecord[],
  seeds: number,
  usual: Conditions | undefined,
): Row {
  const records = own.filter(({ config }) => config.purpose === 'final');
  const lost = records.length === 0 ? lostTrials(own) : [];
  const completed = records.filter(isCompleted);
  const unfinished = records.filter((record): record is UnfinishedRecord => record.status !== 'completed');
  const reason = lost.length > 0 ? 'no trial of the search has a score' : whyNone(records, unfinished);
  const shared = (read: (record: CompletedRecord) => number): Figure => sharedFigure(completed, read, reason);
  return {
    ...key,
    metric: completed[0]?.metrics.primary.name ?? null,
    quality: qualityOf(completed, reason),
    params: {
      trainable: shared((record) => record.params.trainable),
      trainableCumulative: shared((record) => record.params.trainableCumulative),
      stored: shared((record) => record.params.stored),
      head: shared((record) => record.params.head),
      total: shared((record) => record.params.total),
      share: shared((record) => record.params.trainable / record.params.total),
    },
    cost: costOf(completed, usual, reason),
    examples: examplesOf(completed, reason),
    learningRates: distinct(records.filter(isTrained).map(({ config }) => config.method.learningRate)).sort(
      (a, b) => a - b,
    ),
    runs: {
      completed: completed.length,
      failed: unfinished.filter((record) => record.status === 'failed').length,
      diverged: unfinished.filter((record) => record.status === 'diverged').length,
      missing: Math.max(0, seeds - records.length),
    },
    selection: selectionNote(completed),
    problems: [
      ...lost.map(({ config, status, error }) => `trial at ${config.method.learningRate} ${status}: ${error.message}`),
      ...unfinished.map(({ seed, status, error }) => `seed ${seed} ${status}: ${error.message}`),
    ],
  };
}

/** The trials of a search that has no score to choose by; none where it has one. */
function lostTrials(records: readonly RunRecord[]): UnfinishedRecord[] {
  const trials = records.filter(({ config }) => config.purpose === 'search');
  const hasScore = trials.some((trial) => trial.status === 'completed' && trial.metrics.primary.value !== null);
  return hasScore ? [] : trials.filter((trial) => trial.status !== 'completed');
}

/**
 * One run without a value makes the mean missing: a mean over the others would speak for fewer seeds than it says. So do
 * runs that were scored on different examples.
 */
function qualityOf(completed: readonly CompletedRecord[], reason: string): Row['quality'] {
  const different = whyApart(completed);
  if (different !== undefined) return { mean: missing(different), deviation: missing(different) };
  const undefinedIn = completed.find((record) => record.metrics.primary.value === null);
  if (undefinedIn !== undefined) {
    const why = missing(`${undefinedIn.metrics.primary.name} is undefined for seed ${undefinedIn.seed}`);
    return { mean: why, deviation: why };
  }
  const values = completed.flatMap((record) => record.metrics.primary.value ?? []);
  return {
    mean: orReason(mean(values), reason),
    deviation: values.length === 0 ? missing(reason) : deviationOf(completed, values),
  };
}

/** A model that is scored as it is has no learning rate, whatever its configuration says. */
function isTrained(record: RunRecord): boolean {
  return record.status !== 'completed' || record.params.trainable + record.params.head > 0;
}

function whyNone(records: readonly RunRecord[], unfinished: readonly UnfinishedRecord[]): string {
  if (records.length === 0) return 'not run';
  return distinct(unfinished.map((record) => record.status)).join(', ') || 'not run';
}

function averageOf(rows: readonly Row[]): Figure {
  const without = rows.filter((row) => row.quality.mean.value === null).map((row) => row.task);
  if (without.length > 0) return missing(`no figure for ${without.join(', ')}`);
  return mean(rows.flatMap((row) => row.quality.mean.value ?? []));
}

function orReason(given: Figure, reason: string): Figure {
  return given.value === null ? missing(reason) : given;
}

function isOf(key: Pick<Row, 'model' | 'label' | 'task'>, { model, method, task }: RunRecord['config']): boolean {
  return key.model === model && key.label === method.label && key.task === task.id;
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
