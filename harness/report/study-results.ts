// What a report is made of: a study's records, and what was made of them.
import type { RunRecord } from '../records/schema.ts';
import type { StudyComparisons } from '../stats/comparison.ts';
import type { TaskScores } from '../stats/scores.ts';
import type { Summary } from './aggregate.ts';
import type { SearchRow } from './search.ts';

export interface Compared {
  readonly tasks: readonly TaskScores[];
  readonly comparisons: StudyComparisons;
  /** Runs that have no part in them, and why, a line each. */
  readonly leftOut: readonly string[];
}

export interface StudyResults {
  /** The study's name. */
  readonly study: string;
  /** Its folder as commands name it: `results/quick`. */
  readonly path: string;
  readonly summary: Summary;
  /** Trials and final runs. */
  readonly records: readonly RunRecord[];
  readonly searches: readonly SearchRow[];
  readonly compared: Compared;
}

/** In the order of the rows. */
export function modelsOf({ rows }: Pick<Summary, 'rows'>): string[] {
  return [...new Set(rows.map(({ model }) => model))];
}
