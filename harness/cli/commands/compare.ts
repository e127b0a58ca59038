// `peftbench compare A B`: what changed from one study's results to another's, or between two versions of one.
import type { Command } from 'commander';
import { InputError } from '../../contracts/input-error.ts';
import { runsFolder } from '../../records/store.ts';
import { compareResults, type Side } from '../../report/compare-results.ts';
import { type Catalogue, readStudy } from '../../study/read.ts';
import { scoredStudy } from '../compared-study.ts';
import { comparisonText } from '../comparison-text.ts';
import { addSourceOptions, type SourceOptions, sourcesOf } from '../options.ts';
import type { Output } from '../output.ts';
import type { Services } from '../services.ts';
import { rulesOf, scaleIn } from '../study-tables.ts';

interface CompareOptions extends SourceOptions {
  readonly json?: boolean;
}

export function addCompare(program: Command, services: Services, output: Output): void {
  const command = program
    .command('compare')
    .description(
      "what changed from one study's results to another's: scores, costs, whether beyond chance, and what else differs; runs nothing",
    )
    .argument('<first>', 'a folder with study.json and records, or the file itself')
    .argument('<second>', 'another; differences are the second less the first')
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action((first: string, second: string, options: CompareOptions) =>
    compare([first, second], options, services, output),
  );
}

/** @throws InputError for a study without records, or what its tables could not be made of */
async function compare(
  [first, second]: readonly [string, string],
  options: CompareOptions,
  services: Services,
  output: Output,
): Promise<void> {
  const catalogue = await services.catalogue();
  const open = (path: string) => openSide(path, catalogue, options, services);
  const [own, other] = [await open(first), await open(second)];
  const results = compareResults(own.side, other.side, rulesOf(own.directory).rules, scaleIn(catalogue.methods));
  const [one, its] = [own, other].map(({ name, directory, leftOut }) => ({ study: name, folder: directory, leftOut }));
  if (options.json) output.print(`${JSON.stringify({ first: one, second: its, ...results }, null, 2)}\n`);
  else output.print(comparisonText(own, other, results));
}

async function openSide(path: string, catalogue: Catalogue, options: CompareOptions, services: Services) {
  const { study, directory } = readStudy(path, catalogue);
  const judged = { ...catalogue, ruleSet: rulesOf(directory) };
  const { records, summary, tasks, completed, leftOut } = await scoredStudy(study, directory, judged, async (config) =>
    services.identifyRun(config, { ...(await sourcesOf(options, services)), studyFolder: directory }),
  );
  if (completed.length === 0) {
    throw new InputError(`${runsFolder(directory)}: no completed run of this study; expected some, made by \`run\``);
  }
  const side: Side = { records, rows: summary.rows, tasks };
  return { name: study.name, directory, side, leftOut: [...summary.leftOut, ...leftOut] };
}
