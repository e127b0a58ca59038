// `peftbench cost`: parameters, memory, operations and time of one model and method, for which no weights are needed.
import type { Command } from 'commander';
import { BASE_PRECISIONS } from '../../contracts/base-precision.ts';
import { thousands } from '../../contracts/words.ts';
import { totalFlops } from '../../cost/flops.ts';
import type { CostAnswer } from '../cost-of-model.ts';
import { addSourceOptions, positiveInteger, type SourceOptions, sourcesOf } from '../options.ts';
import type { Output } from '../output.ts';
import { bytesText, durationText, flopsText } from '../quantities.ts';
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
    const { costOfModel } = await import('../cost-of-model.ts');
    const { model, method, set = [], training = [], task, steps } = options;
    const answer = await costOfModel({ model, method, set, training, task, steps }, sources, services);
    output.print(options.json ? `${JSON.stringify(answer, null, 2)}\n` : costText(answer));
  });
}

type Line = readonly [name: string, value: string, remark?: string];

function costText(answer: CostAnswer): string {
  const { model, spec, method, options, task } = answer;
  const set = Object.entries(options).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  const title = `${model}, ${spec.family} of ${spec.layers} layers x ${spec.hidden}: ${[method, ...set].join(', ')}`;
  const sections = [
    ['Parameters', parameterLines(answer)],
    ['Bytes', byteLines(answer)],
    [`A run${task === null ? '' : ` on ${task}`}`, runLines(answer)],
  ] as const;
  return `${[title, ...sections.map(([heading, lines]) => `${heading}\n${aligned(lines)}`)].join('\n\n')}\n`;
}

function parameterLines({ cost: { counts, steps } }: CostAnswer): Line[] {
  const { base, trainable, trainableCumulative, stored, head, withMethod } = counts.parameters;
  const share = base === 0 ? '' : `${((100 * trainable) / base).toFixed(4)} % of the base`;
  return [
    ['base', thousands(base)],
    ['trainable at once', thousands(trainable), share],
    ['base and method', thousands(withMethod), 'what PEFT prints as "all params"'],
    ['trained over the run', thousands(trainableCumulative), `${thousands(steps)} steps`],
    ['stored', thousands(stored)],
    ...(head > 0 ? [['head', thousands(head), 'trained beside the method'] satisfies Line] : []),
  ];
}

function byteLines({ cost: { counts, memory, memoryByPrecision }, training }: CostAnswer): Line[] {
  const { trainState, weights } = counts.bytes;
  const held = BASE_PRECISIONS.flatMap((precision): Line[] => {
    const bytes = weights[precision];
    const peak = memoryByPrecision[precision]?.peak;
    const remark = peak === undefined ? '' : `peak memory ${bytesText(peak)}`;
    return bytes === null ? [] : [[`weights in ${precision}`, bytesText(bytes), remark]];
  });
  return [
    ...held,
    ['trained values', bytesText(trainState.values)],
    ['gradients', bytesText(trainState.gradients)],
    ["optimiser's moments", bytesText(trainState.moments)],
    [
      'activations',
      bytesText(memory.activations),
      `of ${training.microBatchSize ?? training.batchSize} examples at a time`,
    ],
    ['stored', bytesText(counts.bytes.stored)],
    ['peak memory', bytesText(memory.peak), 'of the whole process, as predicted'],
  ];
}

function runLines({ cost, training, seconds, matrixProductFlops }: CostAnswer): Line[] {
  const { flops, steps, disk, texts } = cost;
  const { forward, inputGradient, weightGradient, recomputed } = flops.step;
  const shape = `${training.batchSize} examples${texts === 'bound' ? ` of ${training.maxLength} tokens` : ''}`;
  return [
    ['steps', thousands(steps), `of ${shape}`],
    ['forward pass', flopsText(forward), 'per step'],
    ['gradient of inputs', flopsText(inputGradient)],
    ['gradient of weights', flopsText(weightGradient)],
    ['computed again', flopsText(recomputed)],
    ['step', flopsText(totalFlops(flops.step))],
    ['training', flopsText(flops.training)],
    ...(flops.evaluation > 0 ? [['scoring', flopsText(flops.evaluation)] satisfies Line] : []),
    ['time here', durationText(seconds), `at ${flopsText(matrixProductFlops)}/s in a product of large matrices`],
    ['disk', bytesText(disk), 'record and predictions'],
  ];
}

function aligned(lines: readonly Line[]): string {
  const [names, values] = [0, 1].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map(([name, value, remark = '']) =>
      `  ${name.padEnd(names ?? 0)}  ${value.padStart(values ?? 0)}  ${remark}`.trimEnd(),
    )
    .join('\n');
}
