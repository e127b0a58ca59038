// `peftbench data check`: what the tasks' data hold, and how much of what is scored lies in what is trained on.
import type { Command } from 'commander';
import { MissingData } from '../../contracts/input-error.ts';
import { alignedTable } from '../../report/markdown.ts';
import { type Overlap, overlapOf } from '../../stats/overlap.ts';
import { type Repeats, repeatsOf } from '../../stats/repeats.ts';
import { dataOption, type SourceOptions, sourcesOf } from '../options.ts';
import type { Output } from '../output.ts';
import { readTask } from '../read-task.ts';
import type { Services } from '../services.ts';

interface CheckOptions extends Pick<SourceOptions, 'data'> {
  readonly task?: string[];
  readonly json?: boolean;
}

/** A task's counts, or null where its data lie nowhere. */
interface Check {
  readonly task: string;
  readonly found: Found | null;
}

interface Found {
  readonly train: number;
  readonly evaluation: number;
  readonly overlap: Overlap;
  readonly repeats: Repeats;
}

/** Ids in the printed table, at most. */
const SHOWN = 3;

export function addData(program: Command, services: Services, output: Output): void {
  program
    .command('data')
    .description("the tasks' data")
    .command('check')
    .description(
      'counts examples, and those of the evaluation sets that repeat each other, or nearly or wholly a training example',
    )
    .option('--task <id...>', 'ids of `list datasets`; without it, every task whose data are there')
    .addOption(dataOption())
    .option('--json', 'print one JSON document, with every pair and group')
    .action(async (options: CheckOptions) => output.print(await check(options, services)));
}

/** @throws InputError for a task that is unknown, malformed, or asked for and not there */
async function check({ task: asked, json, ...sources }: CheckOptions, services: Services): Promise<string> {
  const { dataRoots } = await sourcesOf(sources, services);
  const ids = asked ?? (await services.tasks()).map(({ id }) => id);
  const checks: Check[] = [];
  for (const task of ids) {
    checks.push(
      await checkTask(task, dataRoots).catch((error: unknown) => {
        if (asked === undefined && error instanceof MissingData) return { task, found: null };
        throw error;
      }),
    );
  }
  return json ? `${JSON.stringify(checks.map(asDocument), null, 2)}\n` : describe(checks);
}

async function checkTask(task: string, roots: readonly string[]): Promise<Check> {
  const { data } = await readTask({ id: task }, roots);
  const evaluation = data.evaluation.reduce((sum, { examples }) => sum + examples.length, 0);
  return { task, found: { train: data.train.length, evaluation, overlap: overlapOf(data), repeats: repeatsOf(data) } };
}

function asDocument({ task, found }: Check): object {
  if (found === null) return { task, reason: 'no data' };
  const { overlap, repeats, ...counts } = found;
  return { task, ...counts, ...overlap, ...repeats };
}

const HEADINGS = ['task', 'train', 'evaluation', 'repeated', 'contradictory', 'exact', 'near', 'such as'];

function describe(checks: readonly Check[]): string {
  const rows = checks.map(({ task, found }) => {
    if (found === null) return [task, 'no data', ...HEADINGS.slice(2).map(() => '')];
    const { exact, near, pairs } = found.overlap;
    const { repeated, contradictory } = found.repeats;
    const examples = pairs.slice(0, SHOWN).map(({ id, trainId }) => `${id} = ${trainId}`);
    return [
      task,
      ...[found.train, found.evaluation, repeated, contradictory, exact, near].map(String),
      [...examples, ...(pairs.length > SHOWN ? ['...'] : [])].join(', '),
    ];
  });
  return `${alignedTable(HEADINGS, rows, 1)}\n`;
}
