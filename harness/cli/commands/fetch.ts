// `peftbench fetch`: models and data of the hub at pinned revisions, checked, to where `run` looks for them.
import type { Command } from 'commander';
import type { FetchCommandOptions } from '../fetch-wanted.ts';
import { addSourceOptions } from '../options.ts';
import type { Output } from '../output.ts';
import type { Services } from '../services.ts';

export function addFetch(program: Command, services: Services, output: Output): void {
  const command = program
    .command('fetch')
    .description("downloads a study's models and data from the hub: resumes what was cut off, checks every byte")
    .argument('[study]', 'a folder with study.json, or the file itself; sources.json beside it says where what is')
    .option(
      '--model <name...>',
      'only these models of the study; without a study, models of the hub as org/name or org/name@revision',
    )
    .option('--task <id...>', 'only the data of these tasks; without a study, of tasks whose source is known')
    .option(
      '--files <path...>',
      'of one --model without a study: paths on the hub, or globs, in place of what it needs',
    )
    .option('--pin', "write the commits and checksums of what is fetched into the study's sources.json")
    .option('--copy', 'copy files to --models and --data, in place of links to the cache')
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action(async (study: string | undefined, options: FetchCommandOptions) => {
    // The hub's library is nothing that other commands should wait for.
    const { fetchWanted } = await import('../fetch-wanted.ts');
    output.exit(await fetchWanted(study, options, services, output));
  });
}
