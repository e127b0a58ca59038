// How many examples tasks have, as they were published: for what is planned without data.
import { taskIdsOf } from '../contracts/task-id.ts';

export interface PublishedSizes {
  /** Training examples; null where no publication states a number. */
  readonly train: number | null;
  /** Of each evaluation set; of MMLU's 57, whose sum alone is published, on average. */
  readonly evaluation: readonly number[];
  /** Of an encoder's head: logits of classes, a value, or a score for each option. */
  readonly outputs: number;
  /** Options of a question, at most; 1 where a task asks none. */
  readonly options: number;
}

const task = (train: number | null, evaluation: readonly number[], outputs: number, options: number) => ({
  ...{ train, evaluation, outputs, options },
});

export const PUBLISHED_SIZES: Readonly<Record<string, PublishedSizes>> = {
  'glue/cola': task(8551, [1043], 2, 1),
  'glue/sst2': task(67_349, [872], 2, 1),
  'glue/mrpc': task(3668, [408], 2, 1),
  'glue/stsb': task(5749, [1500], 1, 1),
  'glue/qqp': task(363_846, [40_430], 2, 1),
  'glue/mnli': task(392_702, [9815, 9832], 3, 1),
  'glue/qnli': task(104_743, [5463], 2, 1),
  'glue/rte': task(2490, [277], 2, 1),
  'glue/wnli': task(635, [71], 2, 1),
  'commonsense/boolq': task(9427, [3270], 1, 2),
  'commonsense/piqa': task(16_113, [1838], 1, 2),
  'commonsense/siqa': task(33_410, [1954], 1, 3),
  'commonsense/hellaswag': task(39_905, [10_042], 1, 4),
  'commonsense/winogrande': task(null, [1267], 1, 2),
  'commonsense/arc-easy': task(2251, [2376], 1, 5),
  'commonsense/arc-challenge': task(1119, [1172], 1, 5),
  'commonsense/openbookqa': task(4957, [500], 1, 4),
  'commonsense/170k': task(170_420, [], 1, 5),
  mmlu: task(0, Array<number>(57).fill(14_042 / 57), 1, 4),
};

/** Of a task, a mix or a training set; undefined where nothing is published. */
export function publishedSizes(id: string): PublishedSizes | undefined {
  const parts = taskIdsOf(id).map((part) => PUBLISHED_SIZES[part]);
  let [train, outputs, options]: [number | null, number, number] = [0, 1, 1];
  const evaluation: number[] = [];
  for (const part of parts) {
    if (part === undefined) return undefined;
    train = train === null || part.train === null ? null : train + part.train;
    evaluation.push(...part.evaluation);
    outputs = Math.max(outputs, part.outputs);
    options = Math.max(options, part.options);
  }
  return { train, evaluation, outputs, options };
}

/** Examples scored where each set is limited to so many. */
export function countScored({ evaluation }: Pick<PublishedSizes, 'evaluation'>, limit: number | null): number {
  return Math.round(evaluation.reduce((sum, examples) => sum + Math.min(limit ?? examples, examples), 0));
}
