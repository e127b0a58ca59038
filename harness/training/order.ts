// Which examples each step sees: a function of seed, task and epoch alone, so that methods are compared on the same
// batches. Batches hold examples of near-equal length, after transformers' LengthGroupedSampler.
import type { Streams } from '../random/streams.ts';
import type { Prepared } from './examples.ts';

/** Batches that are sorted together; fewer where that would leave fewer than four such groups. */
const MEGA_BATCH = 50;

/** Steps of a run; a fractional epoch is cut. At least one. */
export function countSteps(examples: number, batchSize: number, epochs: number): number {
  return Math.max(1, Math.round(epochs * Math.ceil(examples / batchSize)));
}

/** The batches of an epoch, in order, as indices into `examples`. */
export function epochBatches(
  examples: readonly Pick<Prepared, 'length'>[],
  batchSize: number,
  random: Streams,
  name: string,
): number[][] {
  const draw = random(name);
  const shuffled = draw.permutation(examples.length);
  const mega = batchSize * Math.max(1, Math.min(MEGA_BATCH, Math.floor(examples.length / (batchSize * 4))));
  const batches: number[][] = [];
  for (let start = 0; start < shuffled.length; start += mega) {
    const group = shuffled.slice(start, start + mega);
    // A stable sort: examples of equal length stay as shuffled.
    group.sort((a, b) => lengthOf(examples, b) - lengthOf(examples, a));
    for (let i = 0; i < group.length; i += batchSize) batches.push(group.slice(i, i + batchSize));
  }
  return draw.permutation(batches.length).map((index) => batches[index] as number[]);
}

function lengthOf(examples: readonly Pick<Prepared, 'length'>[], index: number): number {
  return examples[index]?.length ?? 0;
}
