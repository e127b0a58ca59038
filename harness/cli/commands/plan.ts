// `peftbench plan STUDY`: the runs of a study, without running them.
import type { Command } from 'commander';
import type { RunConfig } from '../../contracts/run-config.ts';
import { alignedTable } from '../../report/markdown.ts';
import { expand } from '../../study/expand.ts';
import { readStudy } from '../../study/read.ts';
import { addSourceOptions, type SourceOptions, sourcesOf } from '../options.ts';
import type { Output } from '../output.ts';
import { runTitle } from '../progress.ts';
import { sayLimits } from '../say-limits.ts';
import type { Services } from '../services.ts';

export function addPlan(program: Command, services: Services, output: Output): void {
  const command = program
    .command('plan')
    .description('the runs of a study with their ids; runs nothing')
    .argument('<study>', 'a folder with study.json, or the file itself')
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action(async (path: string, options: SourceOptions & { json?: boolean }) => {
    const sources = await sourcesOf(options, services);
    const { study, directory } = readStudy(path, await services.catalogue(sources));
    const { trials, finals } = expand(study);
    const here = { ...sources, studyFolder: directory };
    const identified = async (config: RunConfig) => ({ id: await services.identifyRun(config, here), config });
    const plan = {
      trials: await Promise.all(trials.map(identified)),
      finals: await Promise.all(
        finals.map(async ({ candidates }) => ({
          candidates: await Promise.all(candidates.map(({ config }) => identified(config))),
        })),
      ),
    };
    const configs = [...trials, ...finals.flatMap(({ candidates }) => candidates.map(({ config }) => config))];
    await sayLimits(configs, here, services, output.stderr);
    if (options.json) return output.print(`${JSON.stringify(plan, null, 2)}\n`);
    const rows = [
      ...plan.trials.map(({ id, config }) => [runTitle(config), config.model, id]),
      ...plan.finals.map(({ candidates: [first, ...rest] }) => {
        const id = rest.length > 0 ? `one of ${rest.length + 1}, by the search` : (first?.id ?? '');
        return [first === undefined ? '' : runTitle(first.config), first?.config.model ?? '', id];
      }),
    ];
    output.print(`${alignedTable(['run', 'model', 'id'], rows, 3)}\n`);
  });
}
