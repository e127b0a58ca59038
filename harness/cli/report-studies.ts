// The reports of one study or of several: built, written where they belong, printed.
import { join } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import { shown } from '../contracts/validate.ts';
import type { ScoreName } from '../metrics/score-predictions.ts';
import { runsFolder } from '../records/store.ts';
import type { FigureFormat, TableFormat } from '../report/formats.ts';
import { markdownDocument } from '../report/tables/markdown.ts';
import { overStudiesTable } from '../report/tables/over-studies.ts';
import type { TableDocument } from '../report/tables/table.ts';
import { writeReport, writeTables } from '../report/write.ts';
import { readStudy } from '../study/read.ts';
import { parseOnly } from './only.ts';
import { openPage } from './open-page.ts';
import { type SourceOptions, sourcesOf } from './options.ts';
import { type Output, writeLine } from './output.ts';
import {
  NOTHING_WRITTEN,
  PAGE,
  reportFolder,
  reportJson,
  reportOf,
  type StudyReport,
  type Written,
  writtenBy,
} from './report-study.ts';
import { requireDefined } from './rescore-study.ts';
import { requireWritable } from './require-writable.ts';
import type { Services } from './services.ts';
import { axesOf, rulesOf } from './study-tables.ts';

export interface ReportOptions extends SourceOptions {
  readonly metric?: ScoreName;
  readonly only: readonly string[];
  readonly format: readonly TableFormat[];
  readonly figures: readonly FigureFormat[];
  readonly out?: string;
  readonly json?: boolean;
  readonly open?: boolean;
}

/** Data and weights are read only where they tell which of two records is the older. @throws InputError; WriteError */
export async function reportStudies(
  paths: readonly string[],
  options: ReportOptions,
  services: Services,
  output: Output,
): Promise<void> {
  const studies: FoundReport[] = [];
  for (const path of paths) studies.push(await find(path, options, services));
  const folders = foldersOf(studies, options);
  for (const folder of folders ?? []) requireWritable(join(folder, 'tables.md'));
  const formats = { tables: options.format, figures: options.figures };
  const written = studies.map(({ found }, i) => {
    const folder = folders?.[i];
    return folder === undefined ? NOTHING_WRITTEN : writtenBy(() => writeReport(folder, found.report, formats));
  });
  const { out } = options;
  const together = studies.length > 1 ? sideBySide(studies) : undefined;
  const ofAll =
    together === undefined || out === undefined
      ? NOTHING_WRITTEN
      : writtenBy(() => writeTables(out, together, options.format));
  if (options.json) {
    const documents = studies.map(({ name, found }, i) => reportJson(name, found, written[i]?.files ?? []));
    const whole =
      together === undefined ? documents[0] : { studies: documents, together: together.tables, files: ofAll.files };
    output.print(`${JSON.stringify(whole, null, 2)}\n`);
  } else {
    const texts = [...studies.map(({ found }) => found.report), ...(together === undefined ? [] : [together])];
    output.print(texts.map(markdownDocument).join('\n'));
    for (const file of [...written, ofAll].flatMap(({ files }) => files)) writeLine(output.stderr, `wrote ${file}`);
    if (folders === undefined) writeLine(output.stderr, NOT_KEPT);
  }
  if (options.open) await openPages(folders, written, output);
  for (const { failure } of [...written, ofAll]) if (failure !== undefined) throw failure;
}

const NOT_KEPT = 'of a part, or by another metric: written only where --out says';
const NO_PAGE = '--open: no page is written, and none is shown';

/** Of the reports that are written: a page of an earlier report would say what is no longer so. */
async function openPages(folders: readonly string[] | undefined, written: readonly Written[], output: Output) {
  const pages = (folders ?? []).filter((_, i) => written[i]?.failure === undefined);
  if (pages.length < written.length) writeLine(output.stderr, NO_PAGE);
  for (const folder of pages) await openPage(join(folder, PAGE), output);
}

interface FoundReport {
  readonly name: string;
  readonly directory: string;
  readonly found: StudyReport;
}

/** @throws InputError for a study without records, or a metric that is not defined for its tasks */
async function find(path: string, options: ReportOptions, services: Services): Promise<FoundReport> {
  const catalogue = await services.catalogue();
  const { study, directory } = readStudy(path, catalogue);
  const judged = { ...catalogue, ruleSet: rulesOf(directory) };
  const isWanted = options.only.length === 0 ? undefined : parseOnly(options.only, study);
  const currentId = async (config: Parameters<Services['identifyRun']>[0]) =>
    services.identifyRun(config, await sourcesOf(options, services));
  const { metric } = options;
  if (metric !== undefined) {
    requireDefined(metric, axesOf(study, isWanted).tasks, await services.tasks());
  }
  const found = await reportOf(study, directory, judged, currentId, { isWanted, metric });
  // The paper's tables say of each cell what would fill it.
  if (found.records.length === 0 && (study.report ?? []).length === 0) {
    throw new InputError(`${runsFolder(directory)}: no records of this study; expected some, made by \`run\``);
  }
  return { name: study.name, directory, found };
}

/**
 * Where each study's report goes: to its own folder, or below --out. Undefined where it goes nowhere: the report of a part,
 * or by another metric, would stand where the study's own does.
 * @throws InputError for two studies of one name
 */
function foldersOf(studies: readonly FoundReport[], { out, only, metric }: ReportOptions): string[] | undefined {
  if (out === undefined) {
    const isWhole = only.length === 0 && metric === undefined;
    return isWhole ? studies.map(({ directory }) => reportFolder(directory)) : undefined;
  }
  if (studies.length === 1) return [out];
  const names = studies.map(({ name }) => name.replaceAll(/^\.+|[^\p{L}\p{N}._-]+/gu, '-'));
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined) {
    throw new InputError(`--out: two studies are called ${shown(twice)}; expected a name each, which is their folder`);
  }
  return names.map((name) => join(out, name));
}

function sideBySide(studies: readonly FoundReport[]): TableDocument {
  const results = studies.map(({ name, found }) => ({ ...found, study: name, compared: found }));
  return { study: studies.map(({ name }) => name).join(', '), tables: [overStudiesTable(results)], notes: [] };
}
