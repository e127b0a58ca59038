// A study's report from its records: for the commands that print it and write it.
import { join } from 'node:path';
import { failureOf, type WriteError } from '../contracts/write-error.ts';
import { buildReport, type Report } from '../report/build.ts';
import type { CheckedStudy } from '../study/read.ts';
import type { CurrentId } from '../study/select.ts';
import { type ComparedBy, type ComparedStudy, comparedStudy } from './compared-study.ts';
import type { Judged } from './study-tables.ts';

export interface StudyReport extends ComparedStudy {
  readonly report: Report;
}

/**
 * @param folder with the records, as commands name it
 * @throws InputError as comparedStudy
 */
export async function reportOf(
  study: CheckedStudy,
  folder: string,
  judged: Judged,
  currentId: CurrentId,
  by: ComparedBy = {},
): Promise<StudyReport> {
  const compared = await comparedStudy(study, folder, judged, currentId, by);
  const report = buildReport({ ...compared, study: study.name, path: folder, compared });
  return { ...compared, report };
}

/** What the tables are made from, as one JSON document has it, and the files that were written. */
export function reportJson(study: string, of: StudyReport, files: readonly string[]) {
  const { summary, searches, comparisons, report } = of;
  return { study, ...summary, searches, comparisons, notes: report.notes, files };
}

/** The folder of a study's own report. */
export function reportFolder(directory: string): string {
  return join(directory, 'report');
}

export interface Written {
  readonly files: readonly string[];
  /** What could not be written: what is printed is printed all the same. */
  readonly failure: WriteError | undefined;
}

/** @param write gives the paths of what it wrote */
export function writtenBy(write: () => readonly string[]): Written {
  let files: readonly string[] = [];
  const failure = failureOf(() => {
    files = write();
  });
  return { files, failure };
}

export const NOTHING_WRITTEN: Written = { files: [], failure: undefined };
