// `peftbench cost`: parameters, memory, operations and time of one model and method, for which no weights are needed.
import type { Command } from 'commander';
import { addSourceOptions, positiveInteger, type SourceOptions, sourcesOf } from '../options.ts';
import type { Output } from '../output.ts';
import type { Services } from '../services.ts';

interface CostOptions extends SourceOptions {
  readonly model: string;
  readonly method: string;
  readonly set?: readonly string[];
  readonly training?: readonly string[];
  readonly task?: string;
  readonly steps?: number;
  readonly json?: boolean;
}

export function addCost(program: Command, services: Services, output: Output): void {
  const command = program
    .command('cost')
    .description('parameters, memory, operations and time of a model and a method, from its sizes alone')
    .requiredOption(
      '--model <name>',
      'a preset, a published model, or a folder with config.json; weights are not needed',
    )
    .requiredOption('--method <name>', 'a name of `list methods`')
    .option('--set <key=value...>', "the method's options; a value is JSON, or else a text")
    .option('--training <key=value...>', 'keys of training, such as batchSize=16')
    .option('--task <id>', 'whose examples are trained on and scored; without one, so many steps on the longest texts')
    .option('--steps <n>', 'of a run, where no task is given; 1,000 unless given', positiveInteger)
    .option('--json', 'print one JSON document');
  addSourceOptions(command).action(async (options: CostOptions) => {
    const sources = await sourcesOf(options, services);
    const [{ costOfModel }, { costText }] = await Promise.all([
      import('../cost-of-model.ts'),
      import('../cost-text.ts'),
    ]);
    const { model, method, set = [], training = [], task, steps } = options;
    const answer = await costOfModel({ model, method, set, training, task, steps }, sources, services);
    output.print(options.json ? `${JSON.stringify(answer, null, 2)}\n` : costText(answer));
  });
}
