// What `peftbench cost` prints.
import { BASE_PRECISIONS } from '../contracts/base-precision.ts';
import { thousands } from '../contracts/words.ts';
import { totalFlops } from '../cost/flops.ts';
import type { CostAnswer } from './cost-of-model.ts';
import { bytesText, durationText, flopsText } from './quantities.ts';

type Line = readonly [name: string, value: string, remark?: string];

export function costText(answer: CostAnswer): string {
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
