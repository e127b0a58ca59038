// The paper's tables and figures, as a study names them in its `report`.
import { isAbsolute } from 'node:path';

/** Each has a template in harness/report/paper/templates. */
export const REPORT_NAMES = [
  'table-1',
  'table-2',
  'table-3',
  'table-4',
  'table-5',
  'table-6',
  'table-7',
  'figure-1',
  'figure-2',
  'figure-3',
  'figure-4',
] as const;
export type ReportName = (typeof REPORT_NAMES)[number];

export const isReportName = (name: string): name is ReportName => REPORT_NAMES.some((known) => known === name);

/** Whether it names the file of a template, a relative path from the study's folder, instead. */
export function isTemplateFile(name: string): boolean {
  return isAbsolute(name) || /^\.{1,2}\//.test(name);
}
