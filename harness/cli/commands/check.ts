// `peftbench check STUDY`: records against what they say of themselves, without running anything.
import type { Command } from 'commander';
import { runsFolder } from '../../records/store.ts';
import { counted } from '../../contracts/words.ts';
import { readStudy } from '../../study/read.ts';
import { checkStudy } from '../check-study.ts';
import { addSourceOptions, type SourceOptions, sourcesOf } from '../options.ts';
import type { Output } from '../output.ts';
import type { Services } from '../services.ts';

interface CheckOptions extends SourceOptions {
  readonly json?: boolean;
}

export function addCheck(program: Command, services: Services, output: Output): void {
  const command = program
    .command('check')
    .description('records against what they say of themselves: all that is wrong, a line each; runs nothing')
    .argument('<study>', 'a folder with study.json, or the file itself')
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action(async (path: string, options: CheckOptions) => {
    output.exit(await check(path, options, services, output));
  });
}

/** Gives 0 where nothing is wrong, else 1. @throws InputError where the study itself cannot be read */
async function check(path: string, options: CheckOptions, services: Services, output: Output): Promise<number> {
  const { methods, ...names } = await services.catalogue();
  const { study, directory } = readStudy(path, { methods, ...names });
  const checked = await checkStudy(study, runsFolder(directory), methods, async (config) =>
    services.identifyRun(config, { ...(await sourcesOf(options, services)), studyFolder: directory }),
  );
  const { records, faults, remarks } = checked;
  if (options.json) output.print(`${JSON.stringify({ study: study.name, ...checked }, null, 2)}\n`);
  else {
    const found = faults.length === 0 ? 'nothing wrong' : counted(faults.length, 'fault');
    const lines = [...faults, ...remarks.map((line) => `remark: ${line}`), `${counted(records, 'record')}: ${found}`];
    output.print(`${lines.join('\n')}\n`);
  }
  return faults.length === 0 ? 0 : 1;
}
