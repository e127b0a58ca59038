// `peftbench report STUDY...`: tables, figures and the page from the records alone.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { shown } from '../../contracts/validate.ts';
import { SCORE_NAMES } from '../../metrics/defined-for.ts';
import { FIGURE_FORMAT_NAMES, TABLE_FORMAT_NAMES, USUAL_FORMATS } from '../../report/formats.ts';
import { addSourceOptions, nonEmptyPath } from '../options.ts';
import type { Output } from '../output.ts';
import type { ReportOptions } from '../report-studies.ts';
import type { Services } from '../services.ts';

export function addReport(program: Command, services: Services, output: Output): void {
  const command = program
    .command('report')
    .description('tables and figures of studies from their records, written to the folder report/ of each')
    .argument('<study...>', 'folders with study.json, or the files themselves')
    .addOption(new Option('--metric <name>', 'by another metric, computed from the predictions').choices(SCORE_NAMES))
    .option(
      '--only <key=value,...>',
      'of some runs only: keys method, task, seed, model; may be repeated, and a pair with a comma stands in quotes',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .option('--format <name,...>', `of tables: ${TABLE_FORMAT_NAMES.join(', ')}`, listOf(TABLE_FORMAT_NAMES), [
      ...USUAL_FORMATS.tables,
    ])
    .option('--figures <name,...>', `of figures: ${FIGURE_FORMAT_NAMES.join(', ')}`, listOf(FIGURE_FORMAT_NAMES), [
      ...USUAL_FORMATS.figures,
    ])
    .option('--out <dir>', 'write there instead, a folder a study where there are several', nonEmptyPath)
    .option('--open', 'show the page that is written')
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action(async (paths: string[], options: ReportOptions) => {
    // Whoever asks for no report does not wait until what draws figures is loaded.
    const { reportStudies } = await import('../report-studies.ts');
    await reportStudies(paths, options, services, output);
  });
}

/** For commander: names with commas between them, each once. */
function listOf<Name extends string>(names: readonly Name[]): (text: string) => Name[] {
  return (text) => {
    const given = text.split(',').map((name) => name.trim());
    const wanted = names.filter((name) => given.includes(name));
    const stray = given.find((name) => !names.some((each) => each === name));
    if (stray === undefined) return wanted;
    throw new InvalidArgumentError(`${shown(stray)}; expected ${names.join(', ')}`);
  };
}
