// Writes a study's report: regenerated from the records, deletable.
import { join } from 'node:path';
import type { RunRecord } from '../records/schema.ts';
import { makeFolder, writeWhole } from '../records/write-whole.ts';
import type { Summary } from './aggregate.ts';
import { costCsv, qualityCsv, runsCsv } from './csv.ts';
import { qualityFigure } from './figure.ts';
import { markdownTables } from './markdown.ts';

/**
 * Writes tables.md, quality.csv, cost.csv, runs.csv and quality.svg below `folder` and returns their paths.
 * @throws WriteError naming what cannot be written
 */
export function writeReport(folder: string, name: string, summary: Summary, records: readonly RunRecord[]): string[] {
  const files = {
    'tables.md': markdownTables(name, summary),
    'quality.csv': qualityCsv(summary),
    'cost.csv': costCsv(summary),
    'runs.csv': runsCsv(records),
    'quality.svg': qualityFigure(summary),
  };
  makeFolder(folder);
  return Object.entries(files).map(([file, text]) => {
    const path = join(folder, file);
    writeWhole(path, text);
    return path;
  });
}
