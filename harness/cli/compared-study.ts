// A study's methods compared with each other, from its records and their predictions.
import { join } from 'node:path';
import type { CompletedRecord, RunRecord } from '../records/schema.ts';
import { runsFolder } from '../records/store.ts';
import { taskScores } from '../records/task-scores.ts';
import type { Summary } from '../report/aggregate.ts';
import { compareStudy } from '../stats/compare-methods.ts';
import type { StudyComparisons } from '../stats/comparison.ts';
import type { TaskScores } from '../stats/scores.ts';
import type { CheckedStudy } from '../study/read.ts';
import type { CurrentId } from '../study/select.ts';
import { type Judged, tablesOf } from './study-tables.ts';

export interface ComparedStudy {
  /** Trials and final runs. */
  readonly records: readonly RunRecord[];
  readonly summary: Summary;
  /** Final runs. */
  readonly completed: readonly CompletedRecord[];
  readonly tasks: readonly TaskScores[];
  readonly comparisons: StudyComparisons;
  /** Runs that have no part in the comparisons, and why, a line each. */
  readonly leftOut: readonly string[];
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
  const { records, summary } = await tablesOf(study, folder, judged, currentId);
  const completed = records.filter(
    (record): record is CompletedRecord => record.status === 'completed' && record.config.purpose === 'final',
  );
  const stored = completed.map((record) => ({
    // The study's own spelling of the model.
    record: { ...record, model: { ...record.model, name: record.config.model } },
    file: join(runsFolder(folder), `${record.id}.json`),
  }));
  const { tasks, leftOut } = taskScores(stored);
  const reference = study.methods.find(({ method }) => method === REFERENCE)?.label;
  return { records, summary, completed, tasks, comparisons: compareStudy(tasks, reference), leftOut };
}
