// A report of records made by hand, for tests of what it says.
import type { RunRecord } from '../../harness/records/schema.ts';
import type { Summary } from '../../harness/report/aggregate.ts';
import { buildReport, type Report } from '../../harness/report/build.ts';
import type { SearchRow } from '../../harness/report/search.ts';
import type { Compared } from '../../harness/report/study-results.ts';
import { csvFiles } from '../../harness/report/tables/csv.ts';
import { markdownDocument } from '../../harness/report/tables/markdown.ts';

interface Made {
  readonly study?: string;
  readonly records?: readonly RunRecord[];
  readonly searches?: readonly SearchRow[];
  readonly compared?: Compared;
}

const NOTHING_COMPARED: Compared = { tasks: [], comparisons: { tasks: [], overTasks: [] }, leftOut: [] };
export const NO_ROWS: Summary = { rows: [], averages: [], sets: [], findings: [], leftOut: [], unequal: [] };

export function reportOf(summary: Summary, made: Made = {}): Report {
  const { study = 'sample', records = [], searches = [], compared = NOTHING_COMPARED } = made;
  return buildReport({ study, path: 'results/sample', summary, records, searches, compared });
}

export function markdownOf(summary: Summary, made: Made = {}): string {
  return markdownDocument(reportOf(summary, made));
}

/** The text of a file: empty where there is no such table. */
export function csvOf(name: string, summary: Summary, made: Made = {}): string {
  return csvFiles(reportOf(summary, made).tables).get(name) ?? '';
}
