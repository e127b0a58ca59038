// `peftbench report STUDY`: regenerates the tables from the records alone.
import { join } from 'node:path';
import type { Command } from 'commander';
import { aggregate } from '../../report/aggregate.ts';
import { markdownTables } from '../../report/markdown.ts';
import { writeReport } from '../../report/write.ts';
import { readStudy } from '../../study/read.ts';
import type { Output } from '../output.ts';
import type { Services } from '../services.ts';
import { finalRecords } from './run.ts';

export function addReport(program: Command, services: Services, output: Output): void {
  program
    .command('report')
    .description('tables of a study (Markdown, CSV) from its records, written to its folder report/')
    .argument('<study>', 'a folder with study.json, or the file itself')
    .option('--json', 'print one JSON document')
    .action(async (path: string, { json }: { json?: boolean }) => {
      const file = readStudy(path, await services.catalogue());
      const records = finalRecords(file, file.directory);
      const summary = aggregate(records);
      const files = writeReport(join(file.directory, 'report'), file.study.name, summary, records);
      if (json) output.print(`${JSON.stringify({ study: file.study.name, ...summary, files }, null, 2)}\n`);
      else {
        output.print(`${markdownTables(file.study.name, summary)}\n`);
        for (const name of files) output.stderr.write(`wrote ${name}\n`);
      }
    });
}
