// `peftbench list methods|datasets|models`: what there is.
import { Argument, type Command } from 'commander';
import { PRESETS } from '../../models/presets.ts';
import { PUBLISHED_DECODERS } from '../../models/published.ts';
import { alignedTable } from '../../report/markdown.ts';
import type { Output } from '../output.ts';
import type { Services } from '../services.ts';

export function addList(program: Command, services: Services, output: Output): void {
  program
    .command('list')
    .description('the methods with their options, the tasks, or the models')
    .addArgument(new Argument('<kind>', 'what to list').choices(['methods', 'datasets', 'models']))
    .option('--json', 'print one JSON document')
    .action(async (kind: 'methods' | 'datasets' | 'models', { json }: { json?: boolean }) => {
      const rows = await rowsOf(kind, services);
      if (json) return output.print(`${JSON.stringify(rows, null, 2)}\n`);
      const header = Object.keys(rows[0] ?? {});
      output.print(
        `${alignedTable(
          header,
          rows.map((row) => header.map((key) => row[key] ?? '')),
          header.length,
        )}\n`,
      );
    });
}

async function rowsOf(kind: 'methods' | 'datasets' | 'models', services: Services): Promise<Record<string, string>[]> {
  if (kind === 'models') {
    const sizes = PUBLISHED_DECODERS.map(({ name, source }) => ({ name, summary: `sizes of ${source}, for bench` }));
    return [...PRESETS.map(({ name, summary }) => ({ name, summary })), ...sizes];
  }
  if (kind === 'datasets') {
    const tasks = (await services.tasks()).map(({ id, title, kind: asks, metrics, licence }) => ({
      id,
      title,
      kind: asks,
      metrics: metrics.join(', '),
      licence: licence.name,
    }));
    const sets = (await services.trainingSets()).map(({ id, title, licence }) => ({
      id,
      title,
      kind: 'training set, for trainOn',
      metrics: '',
      licence: licence.name,
    }));
    return [...tasks, ...sets];
  }
  const { methods } = await services.catalogue();
  return methods.map(({ name, title, summary, optionsSchema }) => ({
    name,
    title,
    summary,
    options: Object.keys(optionsSchema.properties).join(', ') || 'none',
  }));
}
