// `peftbench plan STUDY`: the runs of a study, what they take and how long, without running them.
import type { Command } from 'commander';
import { expand } from '../../study/expand.ts';
import { readStudy } from '../../study/read.ts';
import { addSourceOptions, type SourceOptions, sourcesOf } from '../options.ts';
import type { Output } from '../output.ts';
import { sayLimits } from '../say-limits.ts';
import type { Services } from '../services.ts';
import { trialTitles } from '../trial-titles.ts';

export function addPlan(program: Command, services: Services, output: Output): void {
  const command = program
    .command('plan')
    .description(
      'the runs of a study with their ids, what is recorded, and what memory, time and disk they take; runs nothing',
    )
    .argument('<study>', 'a folder with study.json, or the file itself')
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action(async (path: string, options: SourceOptions & { json?: boolean }) => {
    // What counts a model's parts loads what computes them: nothing that other commands should wait for.
    const [{ planStudy }, { planText }] = await Promise.all([import('../plan-study.ts'), import('../plan-text.ts')]);
    const sources = await sourcesOf(options, services);
    const { study, directory } = readStudy(path, await services.catalogue(sources));
    const here = { ...sources, studyFolder: directory };
    const expansion = expand(study);
    const plan = await planStudy(study, expansion, directory, here, services);
    const runs = [...plan.trials, ...plan.finals.flatMap(({ candidates }) => candidates)];
    const whole = runs.flatMap(({ id, config }) => (id === null ? [] : [config]));
    await sayLimits(whole, here, services, output.stderr);
    output.print(options.json ? `${JSON.stringify(plan, null, 2)}\n` : planText(plan, trialTitles(expansion.finals)));
  });
}
