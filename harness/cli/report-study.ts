// A study's report from its records: for the commands that print it and write it.
import { join } from 'node:path';
import { failureOf, type WriteError } from '../contracts/write-error.ts';
import { buildReport, type Report } from '../report/build.ts';
import { drawSvg } from '../report/figures/draw.ts';
import type { PaperReport } from '../report/paper/paper-report.ts';
import { markdownDocument } from '../report/tables/markdown.ts';
import { writeReport } from '../report/write.ts';
import type { CheckedStudy } from '../study/read.ts';
import type { CurrentId } from '../study/select.ts';
import { asNamed } from './as-named.ts';
import { claimsOfStudy, makesClaims } from './claims-of-study.ts';
import { type ComparedBy, type ComparedStudy, comparedStudy } from './compared-study.ts';
import { paperOf } from './paper-files.ts';
import { pageOfStudy } from './study-page.ts';
import type { Judged } from './study-tables.ts';

export interface StudyReport extends ComparedStudy {
  /** Of the study, as commands name it. */
  readonly path: string;
  readonly report: Report;
}

/**
 * @param directory with the records: what is made of it is the same however it was typed
 * @throws InputError as comparedStudy, and for claims, templates or references that make no sense
 */
export async function reportOf(
  study: CheckedStudy,
  directory: string,
  judged: Judged,
  currentId: CurrentId,
  by: ComparedBy = {},
): Promise<StudyReport> {
  const folder = asNamed(directory);
  // Of a part, or by another metric, neither a table of the paper nor a claim would be what it is called.
  const isWhole = by.isWanted === undefined && by.metric === undefined;
  const judge = isWhole && makesClaims(folder) ? claimsOfStudy(study, folder, judged) : () => [];
  const compared = await comparedStudy(study, folder, judged, currentId, by);
  const results = { ...compared, study: study.name, path: folder, compared };
  const report = buildReport(results, isWhole ? paperOfStudy(study, folder, compared) : undefined);
  const text = pageOfStudy(study.name, folder, compared, {
    tables: report.tables,
    figures: report.charts.map((chart) => ({ ...chart, svg: drawSvg(chart, { words: false, width: PAGE_WIDTH }) })),
    claims: judge(compared),
  });
  return { ...compared, path: folder, report: { ...report, pages: [...report.pages, { file: PAGE, text }] } };
}

/** The page's file. */
export const PAGE = 'index.html';
/** Of a chart in it, in pixels. */
const PAGE_WIDTH = 1000;

function paperOfStudy(study: CheckedStudy, folder: string, { records, comparisons }: ComparedStudy): PaperReport {
  const finals = records.filter(({ config }) => config.purpose === 'final');
  return paperOf({ study, place: folder, records: finals, compared: comparisons.tasks }, folder);
}

/** What the tables are made from, as one JSON document has it, and the files that were written. */
export function reportJson(study: string, of: StudyReport, files: readonly string[]) {
  const { summary, searches, comparisons, report } = of;
  return { study, ...summary, searches, comparisons, notes: report.notes, files };
}

/** What `run` shows once it is through. */
export interface ReportOfRun {
  /** As it is printed. */
  readonly text: string;
  readonly json: ReturnType<typeof reportJson>;
  /** What could not be written. */
  readonly failure: WriteError | undefined;
}

/** Built and, where there is any record, written to the study's own folder. @throws InputError as {@link reportOf} */
export async function reportOfRun(...asked: Parameters<typeof reportOf>): Promise<ReportOfRun> {
  const [study, folder] = asked;
  const found = await reportOf(...asked);
  const { files, failure } =
    found.records.length === 0 ? NOTHING_WRITTEN : writtenBy(() => writeReport(reportFolder(folder), found.report));
  return { text: markdownDocument(found.report), json: reportJson(study.name, found, files), failure };
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
