// `peftbench fetch`: models and data of the hub at pinned revisions, checked, to where `run` looks for them.
import type { Command } from 'commander';
import { addSourceOptions, type SourceOptions } from '../options.ts';
import type { Output } from '../output.ts';
import type { Services } from '../services.ts';

export interface FetchCommandOptions extends SourceOptions {
  readonly model?: readonly string[];
  readonly task?: readonly string[];
  readonly files?: readonly string[];
  readonly pin?: boolean;
  readonly copy?: boolean;
  readonly json?: boolean;
}

export function addFetch(program: Command, services: Services, output: Output): void {
  const command = program
    .command('fetch')
    .description("downloads a study's models and data from the hub: resumes what was cut, checks every byte")
    .argument('[study]', 'a folder with study.json, or the file itself; sources.json beside it says what is where')
    .option(
      '--model <name...>',
      "only these models of the study; without a study, models of the hub as org/name or org/name@revision",
    )
    .option('--task <id...>', 'only the data of these tasks; without a study, of tasks whose data the hub is known to have')
    .option('--files <path...>', 'of a model without a study: paths on the hub or globs, in place of what a model needs')
    .option('--pin', "write the commits and checksums into the study's sources.json")
    .option('--copy', 'copy files to --models and --data instead of linking to the cache')
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action(async (study: string | undefined, options: FetchCommandOptions) => {
    // The hub's library is nothing that other commands should wait for.
    const { fetchWanted } = await import('../fetch-wanted.ts');
    output.exit(await fetchWanted(study, options, services, output));
  });
}
