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

export function runsOf({ records }: PaperEvidence, { model, label, task }: RunsKey): readonly RunRecord[] {
  return indexed(records).runs.get(keyOf(model, label, task)) ?? [];
}

/** How most of a model's runs were measured; undefined where none was. */
export function usuallyOn(model: string, { records }: PaperEvidence): Conditions | undefined {
  const { usual } = indexed(records);
  if (!usual.has(model)) {
    const own = records.filter(({ config }) => isFinal(config) && config.model === model).filter(isCompleted);
    usual.set(model, usualConditions(own));
  }
  return usual.get(model);
}

/** Each cell asks for its runs, and for their conditions, which compare every run with every other. */
interface Index {
  readonly runs: ReadonlyMap<string, readonly RunRecord[]>;
  readonly usual: Map<string, Conditions | undefined>;
}

const known = new WeakMap<readonly RunRecord[], Index>();

function indexed(records: readonly RunRecord[]): Index {
  const found = known.get(records);
  if (found !== undefined) return found;
  const runs = new Map<string, RunRecord[]>();
  for (const record of records.filter(({ config }) => isFinal(config))) {
    const { model, method, task } = record.config;
    const key = keyOf(model, method.label, task.id);
    const own = runs.get(key);
    if (own === undefined) runs.set(key, [record]);
    else own.push(record);
  }
  const index = { runs, usual: new Map<string, Conditions | undefined>() };
  known.set(records, index);
  return index;
}

const isFinal = ({ purpose }: RunRecord['config']): boolean => purpose === 'final';

const keyOf = (...parts: readonly string[]): string => JSON.stringify(parts);
