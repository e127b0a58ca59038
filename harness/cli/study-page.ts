// A study's page, from what its report is made of.
import { join } from 'node:path';
import type { JudgedClaim } from '../claims/judge-claims.ts';
import { readPredictions } from '../records/predictions.ts';
import { runsFolder } from '../records/store.ts';
import type { PageFigure } from '../report/page/input.ts';
import { studyPage } from '../report/page/page.ts';
import type { Table } from '../report/tables/table.ts';
import type { ComparedStudy } from './compared-study.ts';

/** What of a report stands in its page beside the study's own records. */
export interface PageParts {
  readonly tables: readonly Table[];
  readonly figures: readonly PageFigure[];
  readonly claims: readonly JudgedClaim[];
}

/** @param folder the study's, with its records, as commands name it */
export function pageOfStudy(name: string, folder: string, compared: ComparedStudy, parts: PageParts): string {
  const { records, summary, comparisons, leftOut } = compared;
  return studyPage({
    ...{ name, path: folder, ...parts, comparisons, records },
    rows: summary.rows,
    findings: summary.findings,
    leftOut: [...summary.leftOut, ...leftOut],
    predictionsOf: ({ id }) => readPredictions(join(runsFolder(folder), `${id}.json`)),
  });
}
