// `peftbench plan STUDY`: the runs of a study, without running them.
import type { Command } from 'commander';
import type { RunConfig } from '../../contracts/run-config.ts';
import { alignedTable } from '../../report/markdown.ts';
import { thousands } from '../../contracts/words.ts';
import { expand, type RowSearch } from '../../study/expand.ts';
import { readStudy } from '../../study/read.ts';
import { addSourceOptions, type SourceOptions, sourcesOf } from '../options.ts';
import type { Output } from '../output.ts';
import { runTitle } from '../progress.ts';
import { sayLimits } from '../say-limits.ts';
import type { Services } from '../services.ts';
import { trialTitles } from '../trial-titles.ts';

export function addPlan(program: Command, services: Services, output: Output): void {
  const command = program
    .command('plan')
    .description('the runs of a study with their ids; runs nothing')
    .argument('<study>', 'a folder with study.json, or the file itself')
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action(async (path: string, options: SourceOptions & { json?: boolean }) => {
    const sources = await sourcesOf(options, services);
    const { study, directory } = readStudy(path, await services.catalogue(sources));
    const { trials, finals, searches } = expand(study);
    const here = { ...sources, studyFolder: directory };
    const identified = async (config: RunConfig) => ({ id: await services.identifyRun(config, here), config });
    const first = new Set(finals.flatMap(({ candidates }) => candidates.flatMap(({ rungs }) => rungs[0] ?? [])));
    const plan = {
      trials: await Promise.all(trials.filter((trial) => first.has(trial)).map(identified)),
      searches,
      finals: await Promise.all(
        finals.map(async ({ candidates }) => ({
          candidates: await Promise.all(candidates.map(({ config }) => identified(config))),
        })),
      ),
    };
    const configs = [...trials, ...finals.flatMap(({ candidates }) => candidates.map(({ config }) => config))];
    await sayLimits(configs, here, services, output.stderr);
    if (options.json) return output.print(`${JSON.stringify(plan, null, 2)}\n`);
    const titles = trialTitles(finals);
    const rows = [
      ...plan.trials.map(({ id, config }) => [titles.get(config) ?? runTitle(config), config.model, id]),
      ...searches.flatMap(laterRungs),
      ...plan.finals.map(({ candidates: [first, ...rest] }) => {
        const id = rest.length > 0 ? `one of ${rest.length + 1}, by the search` : (first?.id ?? '');
        return [first === undefined ? '' : runTitle(first.config), first?.config.model ?? '', id];
      }),
    ];
    output.print(`${alignedTable(['run', 'model', 'id'], rows, 3)}\n`);
    if (searches.length > 0) output.print(`\n${budgetLines(searches).join('\n')}\n`);
  });
}

/** The trials of a halving that wait for those before them, a row a rung. */
function laterRungs({ model, label, task, rungs, seeds }: RowSearch): string[][] {
  const [first, ...later] = rungs;
  return later.map(({ settings, limitTrain }) => [
    `${label} · ${task} · search · ${thousands(limitTrain ?? 0)} examples`,
    model,
    `${settings * seeds} of ${(first?.settings ?? 0) * seeds}, by the search`,
  ]);
}

/** What the search takes of each method: one line where all have the same, as they must unless the study says otherwise. */
function budgetLines(searches: readonly RowSearch[]): string[] {
  const byTask = new Map<string, string[]>();
  for (const { label, task, budget } of searches) {
    const line = `${task}: ${budgetText(budget)}`;
    byTask.set(line, [...(byTask.get(line) ?? []), label]);
  }
  return [...byTask].map(([line, labels]) => `Search of ${[...new Set(labels)].join(', ')} on ${line}.`);
}

function budgetText({ trials, examples }: RowSearch['budget']): string {
  const seen = examples === null ? 'each on all training examples' : `${thousands(examples)} training examples seen`;
  return `${trials} trials, ${seen}`;
}
