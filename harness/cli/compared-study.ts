// A study's methods compared with each other, from its records and their predictions.
import { join } from 'node:path';
import { isCompleted } from '../records/is-completed.ts';
import type { CompletedRecord } from '../records/schema.ts';
import { runsFolder } from '../records/store.ts';
import { taskScores } from '../records/task-scores.ts';
import type { Compared } from '../report/comparison-tables.ts';
import { compareStudy } from '../stats/compare-methods.ts';
import type { CheckedStudy } from '../study/read.ts';
import type { CurrentId } from '../study/select.ts';
import { compareTasks } from './compare-tasks.ts';
import { type Judged, type StudyTables, tablesOf } from './study-tables.ts';

export interface ComparedStudy extends StudyTables, Compared {
  /** Final runs. */
  readonly completed: readonly CompletedRecord[];
}

/** What scores are normalised to, where a study has it. */
const REFERENCE = 'full';

/** @throws InputError as tablesOf */
export async function comparedStudy(
  study: CheckedStudy,
  folder: string,
  judged: Judged,
  currentId: CurrentId,
): Promise<ComparedStudy> {
  const tables = await tablesOf(study, folder, judged, currentId);
  const completed = tables.records.filter(isCompleted).filter(({ config }) => config.purpose === 'final');
  const stored = completed.map((record) => ({
    // The study's own spelling of the model.
    record: { ...record, model: { ...record.model, name: record.config.model } },
    file: join(runsFolder(folder), `${record.id}.json`),
  }));
  const { tasks, leftOut } = taskScores(stored);
  const reference = study.methods.find(({ method }) => method === REFERENCE)?.label;
  const comparisons = compareStudy(tasks, reference, await compareTasks(tasks));
  return { ...tables, completed, tasks, comparisons, leftOut };
}
