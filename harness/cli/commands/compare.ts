// `peftbench compare STUDY OTHER`: whether two folders' records are the same, bit for bit.
import type { Command } from 'commander';
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
      const [claimed, made] = [recorded, rerun].map((folder) => readRecords(runsFolder(folder)));
      output.print(`${summaryLine(compareRecords(claimed ?? [], made ?? []))}\n`);
    });
}
