// Tasks that are scored on several sets (a mix by its tasks, MMLU by subject and category): a row a set, a column a method.
import type { Axes } from '../audit/audit.ts';
import { isCompleted } from '../records/is-completed.ts';
import { whyApart } from '../records/together.ts';
import type { CompletedRecord, RunRecord } from '../records/schema.ts';
import { type Figure, mean, missing } from '../stats/summary.ts';
import { deviationOf } from './over-seeds.ts';

export interface SetTable {
  readonly model: string;
  readonly task: string;
  /** The primary metric. */
  readonly metric: string;
  readonly labels: readonly string[];
  readonly rows: readonly SetRow[];
}

export interface SetRow {
  readonly set: string;
  /** Over the seeds that completed, in the order of the labels. */
  readonly figures: readonly { readonly mean: Figure; readonly deviation: Figure }[];
}

/** Of final runs; a task with one set has no table. */
export function aggregateSets(
  records: readonly RunRecord[],
  axes: Pick<Axes, 'models' | 'labels' | 'tasks'>,
): SetTable[] {
  const completed = records.filter(isCompleted).filter(({ config }) => config.purpose === 'final');
  return axes.models.flatMap((model) =>
    axes.tasks.flatMap((task) => {
      const own = completed.filter(({ config }) => config.model === model && config.task.id === task);
      const metric = own[0]?.metrics.primary.name;
      const sets = [...new Set(own.flatMap((record) => setsOf(record)))];
      if (metric === undefined || sets.length < 2) return [];
      const of = (label: string) => own.filter(({ config }) => config.method.label === label);
      const rows = sets.map((set) => ({
        set,
        figures: axes.labels.map((label) => figuresOf(of(label), set, metric)),
      }));
      return [{ model, task, metric, labels: axes.labels, rows }];
    }),
  );
}

/** The names of the sets that have the primary metric. */
function setsOf(record: CompletedRecord): string[] {
  const { metrics } = record;
  const ending = `/${metrics.primary.name}`;
  const named = Object.keys(metrics.all).flatMap((key) => (key.endsWith(ending) ? key.slice(0, -ending.length) : []));
  return [...firstOf(record), ...named];
}

/** The set that the figure over all is of, which has no other; none of records that do not tell. */
function firstOf({ dataset, metrics }: CompletedRecord): string[] {
  return metrics.scoring?.overall === 'first'
    ? (dataset.evaluation.scored ?? []).slice(0, 1).map(({ set }) => set)
    : [];
}

function figuresOf(records: readonly CompletedRecord[], set: string, metric: string): SetRow['figures'][number] {
  const apart = whyApart(records);
  if (apart !== undefined) return { mean: missing(apart), deviation: missing(apart) };
  const values = records.flatMap(
    (record) => record.metrics.all[firstOf(record)[0] === set ? metric : `${set}/${metric}`] ?? [],
  );
  if (values.length === records.length) return { mean: mean(values), deviation: deviationOf(records, values) };
  const why = missing(`${set}/${metric} is undefined for a seed`);
  return { mean: why, deviation: why };
}
