// `run STUDY`: runs what is missing, then prints the tables.
import { readStudy } from '../../study/read.ts';
import { type Cli, EXIT, type ExitCode, type SourceFlags, sourcesOf, type WorkFlags, workOf } from '../cli.ts';
import { parseFilter } from '../filter.ts';
import { runStudy } from '../run-study.ts';
import { printTables } from '../tables.ts';

export interface RunFlags extends SourceFlags, WorkFlags {
  readonly out?: string;
  readonly only?: string;
  readonly json?: boolean;
}

export async function run(path: string, flags: RunFlags, cli: Cli): Promise<ExitCode> {
  const work = workOf(flags);
  const study = readStudy(path, await cli.services.catalogue());
  const plan = {
    study,
    out: flags.out ?? study.directory,
    only: parseFilter(flags.only, study.study),
    ...work,
    sources: await sourcesOf(flags, cli.services),
  };
  const { records, unresolved, failed } = await runStudy(plan, cli.services, cli.stderr, cli.signal);
  printTables(cli, study.study, records, { json: flags.json ?? false, unresolved });
  return failed ? EXIT.failed : EXIT.done;
}
