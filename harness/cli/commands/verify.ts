// `peftbench verify STUDY|RECORD`: runs again and compares with what was recorded, bit for bit.
import type { Command } from 'commander';
import { InputError } from '../../contracts/input-error.ts';
import type { RunRecord } from '../../records/schema.ts';
import { readRecord, readRecords, runsFolder } from '../../records/store.ts';
import { compareRecords, summaryLine } from '../../report/compare.ts';
import type { Output } from '../output.ts';
import { addSourceOptions, defaultThreads, type SourceOptions, sourcesOf } from '../options.ts';
import { outcomeLine } from '../progress.ts';
import type { Services } from '../services.ts';

export function addVerify(program: Command, services: Services, output: Output): void {
  const command = program
    .command('verify')
    .description('runs a study, or one record of it, again and compares bit for bit')
    .argument('<study|record>', "a study's folder, or a record's file");
  addSourceOptions(command).action(async (path: string, options: SourceOptions) => {
    output.exit(await verify(path, options, services, output));
  });
}

/** Gives 0 if every record was reproduced bit for bit, else 1. */
async function verify(path: string, options: SourceOptions, services: Services, output: Output): Promise<number> {
  const recorded = recordsAt(path).filter(({ status }) => status === 'completed');
  if (recorded.length === 0) throw new InputError(`${path}: there is no completed record to verify`);
  const sources = await sourcesOf(options, services);
  for (const record of recorded) requireSameInputs(record, await services.identifyRun(record.config, sources), path);
  const workers = await services.startWorkers();
  const made: RunRecord[] = [];
  try {
    for (const record of recorded) {
      const context = { ...sources, study: record.study, search: record.search, threads: defaultThreads(1) };
      const watcher = { onProgress() {}, onOutput: (line: string) => void output.stderr.write(`${line}\n`) };
      const began = performance.now();
      const executed = await workers.execute({ config: record.config, context }, watcher, new AbortController().signal);
      made.push(executed.record);
      output.stderr.write(
        `[${made.length}/${recorded.length}] ${outcomeLine(executed.record, (performance.now() - began) / 1000)}\n`,
      );
    }
  } finally {
    await workers.close();
  }
  const comparison = compareRecords(recorded, made);
  output.print(`${summaryLine(comparison)}\n`);
  return comparison.reproduced === comparison.total ? 0 : 1;
}

/** Another id means other weights, data or training semantics: then a rerun would compare different runs. */
function requireSameInputs(record: RunRecord, id: string, path: string): void {
  if (record.id === id) return;
  throw new InputError(
    `${path}: the record ${record.id} was made from other weights, data or training semantics: here its run is ${id}`,
  );
}

function recordsAt(path: string): RunRecord[] {
  return path.endsWith('.json') && !path.endsWith('study.json') ? [readRecord(path)] : readRecords(runsFolder(path));
}
