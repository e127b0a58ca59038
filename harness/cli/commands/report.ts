// `report STUDY`: writes the tables from the records alone, and prints them.
import { join } from 'node:path';
import { InputError } from '../../contracts/input-error.ts';
import { readRecords, runsFolder } from '../../records/store.ts';
import { writeReport } from '../../report/write.ts';
import { readStudy } from '../../study/read.ts';
import { recordsOfStudy } from '../../study/select.ts';
import { type Cli, EXIT, type ExitCode } from '../cli.ts';
import { printTables, summaryOf } from '../tables.ts';

export async function report(path: string, flags: { readonly json?: boolean }, cli: Cli): Promise<ExitCode> {
  const { study, directory } = readStudy(path, await cli.services.catalogue());
  const folder = runsFolder(directory);
  const records = recordsOfStudy(study, readRecords(folder));
  const all = [...records.trials, ...records.finals];
  if (all.length === 0) throw new InputError(`${folder}: no records of this study; expected some, from \`run\``);
  const files = writeReport(join(directory, 'report'), study.name, summaryOf(study, records), all);
  printTables(cli, study, records, { json: flags.json ?? false, files });
  return EXIT.done;
}
