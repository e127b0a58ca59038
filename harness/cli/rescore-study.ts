// Another metric of a study's runs, over seeds: a row a model, task and method.
import { join } from 'node:path';
import type { Task, TaskKind } from '../contracts/dataset.ts';
import { Faults, InputError } from '../contracts/input-error.ts';
import { taskIdsOf } from '../contracts/task-id.ts';
import { DEFINED_FOR, SCORE_NAMES } from '../metrics/defined-for.ts';
import type { ScoreName } from '../metrics/score-predictions.ts';
import { readPredictions } from '../records/predictions.ts';
import { rescore } from '../records/rescore.ts';
import type { CompletedRecord, RunRecord } from '../records/schema.ts';
import { scoredDifferently } from '../records/together.ts';
import { type Figure, mean, missing, sampleDeviation } from '../stats/summary.ts';

export interface RescoredRun {
  readonly id: string;
  readonly seed: number;
  /** Overall; null where the metric is undefined. */
  readonly value: number | null;
  /** And of each set and group. */
  readonly all: Readonly<Record<string, number | null>>;
}

export interface RescoredRow {
  readonly model: string;
  readonly task: string;
  readonly label: string;
  readonly metric: ScoreName;
  readonly mean: Figure;
  readonly deviation: Figure;
  /** Those that completed, by seed. */
  readonly runs: readonly RescoredRun[];
}

/** @throws InputError naming the tasks for which the metric is not defined */
export function requireDefined(metric: ScoreName, taskIds: readonly string[], tasks: readonly Task[]): void {
  const kinds = new Map(tasks.map(({ id, kind }) => [id, kind]));
  const kindOf = (id: string): TaskKind | undefined => kinds.get(taskIdsOf(id)[0] ?? id);
  const faults = new Faults();
  for (const id of taskIds) {
    const kind = kindOf(id);
    if (kind === undefined || DEFINED_FOR[metric].includes(kind)) continue;
    const names = SCORE_NAMES.filter((name) => DEFINED_FOR[name].includes(kind));
    faults.add(
      new InputError(
        `--metric ${metric}: is not defined for ${id}, a task of ${kind}; expected ${names.join(', ')}, or --only with tasks of ${DEFINED_FOR[metric].join(', ')}`,
      ),
    );
  }
  faults.throw();
}

/**
 * @param finals whose predictions are what their records say
 * @param folder that they are in
 * @throws InputError where predictions do not have what the metric needs
 */
export function rescoreRuns(finals: readonly RunRecord[], metric: ScoreName, folder: string): RescoredRow[] {
  const rows = new Map<string, CompletedRecord[]>();
  for (const record of finals) {
    if (record.status !== 'completed') continue;
    const key = JSON.stringify([record.config.model, record.config.task.id, record.config.method.label]);
    rows.set(key, [...(rows.get(key) ?? []), record]);
  }
  return [...rows.values()].flatMap((own) => {
    const [first] = own;
    return first === undefined ? [] : rowOf(first, own, metric, folder);
  });
}

function rowOf(
  { config: { model, task, method } }: CompletedRecord,
  own: readonly CompletedRecord[],
  metric: ScoreName,
  folder: string,
): RescoredRow {
  const runs = own
    .map((record): RescoredRun => {
      const file = join(folder, `${record.id}.json`);
      const all = rescore(record, readPredictions(file), metric, file);
      return { id: record.id, seed: record.seed, value: all[metric] ?? null, all };
    })
    .sort((a, b) => a.seed - b.seed);
  const values = runs.flatMap(({ value }) => value ?? []);
  const undefinedIn = runs.find(({ value }) => value === null);
  const why = scoredDifferently(own) ?? (undefinedIn && `${metric} is undefined for seed ${undefinedIn.seed}`);
  return {
    ...{ model, task: task.id, label: method.label, metric, runs },
    mean: why === undefined ? mean(values) : missing(why),
    deviation: why === undefined ? sampleDeviation(values) : missing(why),
  };
}
