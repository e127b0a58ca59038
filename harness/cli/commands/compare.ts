// `peftbench compare STUDY OTHER`: whether two folders' records are the same, bit for bit.
import type { Command } from 'commander';
import { InputError } from '../../contracts/input-error.ts';
import { statIfThere } from '../../contracts/stat-if-there.ts';
import type { RunRecord } from '../../records/schema.ts';
import { requireTrueSearches } from '../../records/searches.ts';
import { readRecords, runsFolder } from '../../records/store.ts';
import { compareRecords, summaryLine } from '../../report/compare.ts';
import type { Output } from '../output.ts';

export function addCompare(program: Command, output: Output): void {
  program
    .command('compare')
    .description('compares the records of two study folders bit for bit; differences are told, not judged')
    .argument('<recorded>', 'the study folder with the records that are claimed')
    .argument('<rerun>', 'the study folder with the records made anew')
    .action((recorded: string, rerun: string) => {
      const [claimed, made] = [recordsIn(recorded), recordsIn(rerun)];
      const line = claimed.length === 0 ? `${recorded} has no records yet to compare with.` : undefined;
      output.print(`${line ?? summaryLine(compareRecords(claimed, made))}\n`);
    });
}

/** @throws InputError if there is no such folder, or records contradict one another; a study that was never run has no records, which is no error */
function recordsIn(folder: string): RunRecord[] {
  if (!statIfThere(folder)?.isDirectory()) {
    throw new InputError(`${folder}: no such folder; expected a study's folder`);
  }
  const records = readRecords(runsFolder(folder));
  requireTrueSearches(records, runsFolder(folder));
  return records;
}
