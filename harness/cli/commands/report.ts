// `peftbench report STUDY`: regenerates the tables from the records alone.
import { join } from 'node:path';
import type { Command } from 'commander';
import { InputError } from '../../contracts/input-error.ts';
import { runsFolder } from '../../records/store.ts';
import { markdownTables } from '../../report/markdown.ts';
import { writeReport } from '../../report/write.ts';
import { readStudy } from '../../study/read.ts';
import type { Output } from '../output.ts';
import type { Services } from '../services.ts';
import { tablesOf } from '../study-tables.ts';

export function addReport(program: Command, services: Services, output: Output): void {
  program
    .command('report')
    .description('tables of a study (Markdown, CSV) from its records, written to its folder report/')
    .argument('<study>', 'a folder with study.json, or the file itself')
    .option('--json', 'print one JSON document')
    .action(async (path: string, { json }: { json?: boolean }) => {
      const file = readStudy(path, await services.catalogue());
      const { records, summary } = tablesOf(file.study, file.directory);
      if (records.length === 0) {
        throw new InputError(`${runsFolder(file.directory)}: no records of this study; expected some, made by \`run\``);
      }
      const files = writeReport(join(file.directory, 'report'), file.study.name, summary, records);
      if (json) output.print(`${JSON.stringify({ study: file.study.name, ...summary, files }, null, 2)}\n`);
      else {
        output.print(`${markdownTables(file.study.name, summary)}\n`);
        for (const name of files) output.stderr.write(`wrote ${name}\n`);
      }
    });
}
