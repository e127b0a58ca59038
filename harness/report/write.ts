// Writes a study's report: regenerated from the records, deletable.
import type { Report } from './build.ts';
import { pngOf } from './figures/png.ts';
import { type FigureFormat, type Formats, type TableFormat, USUAL_FORMATS } from './formats.ts';
import { csvFiles } from './tables/csv.ts';
import { jsonDocument } from './tables/json.ts';
import { latexDocument } from './tables/latex.ts';
import { markdownDocument } from './tables/markdown.ts';
import type { TableDocument } from './tables/table.ts';
import { type Content, type Files, writeFiles } from './written-files.ts';

/** Of tables: one document, but CSV, which has a file for each. */
const TABLE_FORMATS: Readonly<Record<TableFormat, (document: TableDocument) => Files>> = {
  md: (document) => [['tables.md', markdownDocument(document)]],
  csv: ({ tables }) => [...csvFiles(tables)].map(([name, text]) => [`${name}.csv`, text] as const),
  tex: (document) => [['tables.tex', latexDocument(document)]],
  json: (document) => [['tables.json', jsonDocument(document)]],
};

/** Of figures: a file for each, made from its SVG. */
const FIGURE_FORMATS: Readonly<Record<FigureFormat, (svg: string) => Content>> = {
  svg: (svg) => svg,
  png: (svg) => pngOf(svg),
};

/**
 * Gives the paths of the files. Those of an earlier report that are no longer written go.
 * @throws WriteError naming what cannot be written or removed
 */
export function writeReport(folder: string, report: Report, formats: Formats = USUAL_FORMATS): string[] {
  return writeFiles(folder, [
    ...tableFiles(report, formats.tables),
    ...formats.figures.flatMap((format) =>
      report.figures.map(({ name, svg }) => [`${name}.${format}`, FIGURE_FORMATS[format](svg)] as const),
    ),
    ...report.pages.map(({ file, text }) => [file, text] as const),
  ]);
}

/** Of tables alone. @throws WriteError */
export function writeTables(folder: string, document: TableDocument, formats: readonly TableFormat[]): string[] {
  return writeFiles(folder, tableFiles(document, formats));
}

function tableFiles(document: TableDocument, formats: readonly TableFormat[]): Files {
  return formats.flatMap((format) => TABLE_FORMATS[format](document));
}
