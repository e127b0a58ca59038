// `peftbench list methods|tasks|datasets|models`: what there is.
import { Argument, type Command } from 'commander';
import { InputError } from '../../contracts/input-error.ts';
import { unknownName } from '../../contracts/validate.ts';
import { thousands } from '../../contracts/words.ts';
import { PRESETS } from '../../models/presets.ts';
import { PUBLISHED_DECODERS } from '../../models/published.ts';
import { alignedTable } from '../../report/markdown.ts';
import type { ListedMethod, NamedSpec } from '../list-methods.ts';
import { listedTasks, TASK_HEADINGS, taskCells } from '../list-tasks.ts';
import { dataOption, type SourceOptions, sourcesOf } from '../options.ts';
import type { Output } from '../output.ts';
import type { Services } from '../services.ts';

const KINDS = ['methods', 'tasks', 'datasets', 'models'] as const;
type Kind = (typeof KINDS)[number];

interface ListOptions extends Pick<SourceOptions, 'data'> {
  readonly json?: boolean;
}

export function addList(program: Command, services: Services, output: Output): void {
  program
    .command('list')
    .description(
      'the methods, or one with its options; the tasks, with training sets (datasets) or with their data; the models',
    )
    .addArgument(new Argument('<kind>', 'what to list').choices(KINDS))
    .argument('[name]', 'of a method: its options, where it acts, and what it trains')
    .addOption(dataOption())
    .option('--json', 'print one JSON document')
    .action(async (kind: Kind, name: string | undefined, options: ListOptions) => {
      output.print(await list(kind, name, options, services));
    });
}

/** @throws InputError for a name that is no method's, or that is given with another kind */
async function list(kind: Kind, name: string | undefined, options: ListOptions, services: Services): Promise<string> {
  const asJson = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  if (name !== undefined) {
    const method = await methodNamed(kind, name, services);
    return options.json ? asJson(method) : describeMethod(method);
  }
  if (kind === 'tasks') {
    const { dataRoots } = await sourcesOf(options, services);
    const tasks = await listedTasks(await services.tasks(), dataRoots);
    return options.json
      ? asJson(tasks)
      : `${alignedTable(TASK_HEADINGS, tasks.map(taskCells), TASK_HEADINGS.length)}\n`;
  }
  const rows = await rowsOf(kind, services);
  if (options.json) return asJson(rows);
  const header = Object.keys(rows[0] ?? {});
  const body = rows.map((row) => header.map((key) => row[key] ?? ''));
  return `${alignedTable(header, body, header.length)}\n`;
}

async function methodNamed(kind: Kind, name: string, services: Services): Promise<ListedMethod> {
  if (kind !== 'methods')
    throw new InputError(`list ${kind}: "${name}"; expected nothing after it: only methods are listed by name`);
  const { methods } = await services.catalogue();
  const method = methods.find((each) => each.name === name);
  if (method === undefined) {
    const names = methods.map((each) => each.name);
    throw unknownName('list methods', 'method', name, names);
  }
  const { listedMethod } = await import('../list-methods.ts');
  return listedMethod(method, await specs());
}

/** Of the presets, which come with the project, and of the published decoders, of which sizes alone are known. */
async function specs(): Promise<NamedSpec[]> {
  const { openModel } = await import('../../models/load.ts');
  const presets = await Promise.all(
    PRESETS.map(async ({ name }) => ({ model: name, spec: (await openModel(name, undefined)).spec })),
  );
  return [...presets, ...PUBLISHED_DECODERS.map(({ name, spec }) => ({ model: name, spec }))];
}

function describeMethod({ name, title, summary, options, steps, counts }: ListedMethod): string {
  const optionRows = options.map((option) => [option.name, option.default, option.expected, option.description]);
  const countRows = counts.map(({ model, roles, trainable, trainableCumulative, stored, total }) => [
    ...[model, roles, ...[trainable, trainableCumulative, stored].map(thousands)],
    `${((100 * trainable) / total).toPrecision(3)} %`,
  ]);
  const parts = [
    `${name}: ${title}: ${summary}`,
    options.length === 0
      ? 'It has no options.'
      : alignedTable(['option', 'default', 'expected', 'what it is'], optionRows, 4),
    `What it trains at these defaults, of ${steps} steps, without a head; roles are those of a model's linear maps, of which targets names some:`,
    alignedTable(['model', 'roles', 'trainable', 'cumulative', 'stored', 'of model'], countRows, 2),
  ];
  return parts.map((part) => `${part}\n`).join('\n');
}

async function rowsOf(kind: Exclude<Kind, 'tasks'>, services: Services): Promise<Record<string, string>[]> {
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
