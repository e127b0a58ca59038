// What the paper's tables and figures are filled from: a study and its records.
import { type Conditions, usualConditions } from '../../records/conditions.ts';
import { isCompleted } from '../../records/is-completed.ts';
import type { RunRecord } from '../../records/schema.ts';
import type { ComparedTask } from '../../stats/comparison.ts';
import type { CheckedStudy } from '../../study/checked.ts';

export interface PaperEvidence {
  readonly study: Pick<CheckedStudy, 'name' | 'models' | 'methods' | 'tasks' | 'seeds' | 'report'>;
  /** How commands name the study: `results/quick`. */
  readonly place: string;
  /** Under the study's own labels, at most one a model, label, task and seed; other purposes than final have no part. */
  readonly records: readonly RunRecord[];
  /** What corrected tests say of its methods; empty where they were not compared. */
  readonly compared: readonly ComparedTask[];
}

/** Where runs lie: all seeds of a row on a task. */
export interface RunsKey {
  readonly model: string;
  readonly label: string;
  readonly task: string;
}

export function runsOf({ records }: PaperEvidence, { model, label, task }: RunsKey): RunRecord[] {
  return finalsOn(model, records).filter(({ config }) => config.method.label === label && config.task.id === task);
}

/** How most of a model's runs were measured; undefined where none was. */
export function usuallyOn(model: string, { records }: PaperEvidence): Conditions | undefined {
  const known = usual.get(records) ?? new Map<string, Conditions | undefined>();
  usual.set(records, known);
  if (!known.has(model)) known.set(model, usualConditions(finalsOn(model, records).filter(isCompleted)));
  return known.get(model);
}

/** Each cell asks, and each answer compares every run with every other. */
const usual = new WeakMap<readonly RunRecord[], Map<string, Conditions | undefined>>();

function finalsOn(model: string, records: readonly RunRecord[]): RunRecord[] {
  return records.filter(({ config }) => config.purpose === 'final' && config.model === model);
}
