// `peftbench claims STUDY`: what becomes of a study's claims, from its records alone.
import { type Command, Option } from 'commander';
import { TEMPLATE_NAMES, type TemplateName } from '../../claims/schema.ts';
import { claimsText } from '../../claims/words.ts';
import { readStudy } from '../../study/read.ts';
import { addSourceOptions, type SourceOptions, sourcesOf } from '../options.ts';
import type { Output } from '../output.ts';
import type { Services } from '../services.ts';
import { claimsOfStudy } from '../claims-of-study.ts';
import { comparedStudy } from '../compared-study.ts';
import { rulesOf } from '../study-tables.ts';

interface ClaimsOptions extends SourceOptions {
  readonly template?: TemplateName;
  readonly json?: boolean;
}

export function addClaims(program: Command, services: Services, output: Output): void {
  const command = program
    .command('claims')
    .description(
      'which claims of a study (claims.json beside study.json) its records support, contradict or leave undecided',
    )
    .argument('<study>', 'a folder with study.json, or the file itself')
    .addOption(
      new Option('--template <name>', 'a list of claims that is there, in place of claims.json').choices(
        TEMPLATE_NAMES,
      ),
    )
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action((path: string, options: ClaimsOptions) => claims(path, options, services, output));
}

/** @throws InputError */
async function claims(path: string, options: ClaimsOptions, services: Services, output: Output): Promise<void> {
  const catalogue = await services.catalogue();
  const { study, directory } = readStudy(path, catalogue);
  const judge = claimsOfStudy(study, directory, catalogue, options.template);
  const rules = { ...catalogue, ruleSet: rulesOf(directory) };
  const compared = await comparedStudy(study, directory, rules, async (config) =>
    services.identifyRun(config, await sourcesOf(options, services)),
  );
  const judged = judge(compared);
  output.print(
    options.json ? `${JSON.stringify({ study: study.name, claims: judged }, null, 2)}\n` : `${claimsText(judged)}\n`,
  );
}
