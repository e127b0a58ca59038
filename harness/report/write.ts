// Writes a study's report: regenerated from the records, deletable.
import { join } from 'node:path';
import type { RunRecord } from '../records/schema.ts';
import { makeFolder, writeWhole } from '../records/write-whole.ts';
import type { Summary } from './aggregate.ts';
import { type Compared, comparisonsCsv, comparisonTables } from './comparison-tables.ts';
import { costCsv, qualityCsv, runsCsv } from './csv.ts';
import { qualityFigure } from './figures/quality-figure.ts';
import { markdownTables } from './markdown.ts';
import type { SearchRow } from './search.ts';
import { expectedBestCsv, searchTables, searchTrialsCsv, sensitivityCsv } from './search-tables.ts';

/**
 * Writes tables.md, quality.csv, cost.csv, runs.csv and quality.svg below `folder`, where something was searched search.md
 * and three search-*.csv too, where methods are compared comparisons.md and comparisons.csv, and returns their paths.
 * @throws WriteError naming what cannot be written
 */
export function writeReport(
  folder: string,
  name: string,
  summary: Summary,
  records: readonly RunRecord[],
  searches: readonly SearchRow[] = [],
  compared?: Compared,
): string[] {
  const files = {
    'tables.md': markdownTables(name, summary),
    'quality.csv': qualityCsv(summary),
    'cost.csv': costCsv(summary),
    'runs.csv': runsCsv(records),
    'quality.svg': qualityFigure(summary),
    ...(searches.length > 0 && {
      'search.md': searchTables(name, searches),
      'search-trials.csv': searchTrialsCsv(searches),
      'search-sensitivity.csv': sensitivityCsv(searches),
      'search-expected-best.csv': expectedBestCsv(searches),
    }),
    ...(compared !== undefined && {
      'comparisons.md': comparisonTables(name, compared),
      'comparisons.csv': comparisonsCsv(compared),
    }),
  };
  makeFolder(folder);
  return Object.entries(files).map(([file, text]) => {
    const path = join(folder, file);
    writeWhole(path, text);
    return path;
  });
}
