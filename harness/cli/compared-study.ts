// A study's methods compared with each other, from its records and their predictions.
import { join } from 'node:path';
import type { ScoreName } from '../metrics/score-predictions.ts';
import { isCompleted } from '../records/is-completed.ts';
import { RunsRead } from '../records/runs-read.ts';
import type { CompletedRecord } from '../records/schema.ts';
import { runsFolder } from '../records/store.ts';
import { type ScoredTasks, taskScores } from '../records/task-scores.ts';
import type { Compared } from '../report/study-results.ts';
import { compareStudy } from '../stats/compare-methods.ts';
import type { CheckedStudy } from '../study/read.ts';
import type { CurrentId } from '../study/select.ts';
import { compareTasks } from './compare-tasks.ts';
import { type Asked, type Judged, type StudyTables, tablesOf } from './study-tables.ts';

export interface ScoredStudy extends StudyTables, ScoredTasks {
  /** Final runs. */
  readonly completed: readonly CompletedRecord[];
}

/** Of which runs, and by which metric: of all, and by the primary one, where nothing is said. */
export interface ComparedBy extends Pick<Asked, 'isWanted'> {
  readonly metric?: ScoreName | undefined;
}

export type ComparedStudy = ScoredStudy & Compared;

/** What scores are normalised to, where a study has it. */
const REFERENCE = 'full';

/** The study's tables, and the scored examples of its final runs. @throws InputError as tablesOf */
export async function scoredStudy(
  study: CheckedStudy,
  folder: string,
  judged: Judged,
  currentId: CurrentId,
  { isWanted, metric }: ComparedBy = {},
): Promise<ScoredStudy> {
  const runs = new RunsRead(metric);
  const tables = await tablesOf(study, folder, judged, currentId, { isWanted, runs });
  const completed = tables.records.filter(isCompleted).filter(({ config }) => config.purpose === 'final');
  const stored = completed.map((record) => ({
    // The study's own spelling of the model.
    record: { ...record, model: { ...record.model, name: record.config.model } },
    file: join(runsFolder(folder), `${record.id}.json`),
    scores: runs.scoresOf(record),
  }));
  return { ...tables, completed, ...taskScores(stored) };
}

/** @throws InputError as tablesOf */
export async function comparedStudy(
  study: CheckedStudy,
  folder: string,
  judged: Judged,
  currentId: CurrentId,
  by: ComparedBy = {},
): Promise<ComparedStudy> {
  const scored = await scoredStudy(study, folder, judged, currentId, by);
  const reference = study.methods.find(({ method }) => method === REFERENCE)?.label;
  return { ...scored, comparisons: compareStudy(scored.tasks, reference, await compareTasks(scored.tasks)) };
}
