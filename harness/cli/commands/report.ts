// `peftbench report STUDY`: regenerates the tables from the records alone.
import { join } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../../contracts/input-error.ts';
import { failureOf } from '../../contracts/write-error.ts';
import { runsFolder } from '../../records/store.ts';
import { comparisonTables } from '../../report/comparison-tables.ts';
import { writeReport } from '../../report/write.ts';
import { readStudy } from '../../study/read.ts';
import { comparedStudy } from '../compared-study.ts';
import { addSourceOptions, type SourceOptions, sourcesOf } from '../options.ts';
import type { Output } from '../output.ts';
import { requireWritable } from '../require-writable.ts';
import type { Services } from '../services.ts';
import { rulesOf, tablesText } from '../study-tables.ts';

interface ReportOptions extends SourceOptions {
  readonly json?: boolean;
}

export function addReport(program: Command, services: Services, output: Output): void {
  const command = program
    .command('report')
    .description('tables of a study (Markdown, CSV) from its records, written to its folder report/')
    .argument('<study>', 'a folder with study.json, or the file itself')
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action((path: string, options: ReportOptions) => report(path, options, services, output));
}

/** Data and weights are read only where they tell which of two records is the older. @throws InputError; WriteError */
async function report(path: string, options: ReportOptions, services: Services, output: Output): Promise<void> {
  const catalogue = await services.catalogue();
  const { study, directory } = readStudy(path, catalogue);
  const judged = { ...catalogue, ruleSet: rulesOf(directory) };
  const compared = await comparedStudy(study, directory, judged, async (config) =>
    services.identifyRun(config, await sourcesOf(options, services)),
  );
  const { records, summary, searches } = compared;
  if (records.length === 0) {
    throw new InputError(`${runsFolder(directory)}: no records of this study; expected some, made by \`run\``);
  }
  const folder = join(directory, 'report');
  requireWritable(join(folder, 'tables.md'));
  let files: string[] = [];
  const failure = failureOf(() => {
    files = writeReport(folder, study.name, summary, records, searches, compared);
  });
  const { comparisons } = compared;
  if (options.json)
    output.print(`${JSON.stringify({ study: study.name, ...summary, searches, comparisons, files }, null, 2)}\n`);
  else {
    output.print(`${tablesText(study.name, { summary, searches })}${comparisonTables(study.name, compared)}`);
    for (const name of files) output.stderr.write(`wrote ${name}\n`);
  }
  if (failure !== undefined) throw failure;
}
