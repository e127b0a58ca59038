// Opt-in: reads the published data below PEFTBENCH_DATA and counts its examples. Without it every count is skipped.
import { describe, expect, it } from 'vitest';
import { COMMONSENSE_170K } from '../../datasets/commonsense.ts';
import { TASKS } from '../../datasets/index.ts';
import { MissingData } from '../../harness/contracts/input-error.ts';
import { createDataReader } from '../../harness/formats/data-reader.ts';

/** Training examples, then those of each evaluation set. Null where no publication states a number. */
type Counts = readonly [train: number | null, ...evaluation: number[]];

const PUBLISHED: Readonly<Record<string, readonly [Counts, ...Counts[]]>> = {
  'glue/cola': [[8551, 1043]],
  'glue/sst2': [[67349, 872]],
  // The benchmark's split, and that of the corpus of 2005.
  'glue/mrpc': [
    [3668, 408],
    [4076, 1725],
  ],
  'glue/stsb': [[5749, 1500]],
  'glue/qqp': [[363846, 40430]],
  'glue/mnli': [[392702, 9815, 9832]],
  'glue/qnli': [[104743, 5463]],
  'glue/rte': [[2490, 277]],
  'glue/wnli': [[635, 71]],
  'commonsense/boolq': [[9427, 3270]],
  'commonsense/piqa': [[16113, 1838]],
  'commonsense/siqa': [[33410, 1954]],
  'commonsense/hellaswag': [[39905, 10042]],
  'commonsense/winogrande': [[null, 1267]],
  'commonsense/arc-easy': [[2251, 2376]],
  'commonsense/arc-challenge': [[1119, 1172]],
  'commonsense/openbookqa': [[4957, 500]],
  mmlu: [[0, 14042]],
};

const folder = process.env.PEFTBENCH_TEST_DATA;

it('has the counts of every task', () => {
  expect(Object.keys(PUBLISHED).toSorted()).toEqual(TASKS.map((task) => task.id).toSorted());
});

describe('published counts', () => {
  it.for(TASKS)('$id', async (task, { skip }) => {
    if (folder === undefined) return skip('PEFTBENCH_DATA names no folder with the published data');
    const data = await task.read(createDataReader([folder])).catch(orMissing);
    if (data === undefined) return skip(`${folder} does not hold ${task.id}`);
    const evaluated = data.evaluation.map((set) => set.examples.length);
    // MMLU's 57 subjects are published as one number.
    const counts = [data.train.length, ...(task.id === 'mmlu' ? [evaluated.reduce((a, b) => a + b)] : evaluated)];
    // A task that is only scored lies there without its training file.
    const known = PUBLISHED[task.id]?.map(([train, ...evaluation]) => [
      data.train.length === 0 ? 0 : (train ?? data.train.length),
      ...evaluation,
    ]);
    expect(known).toContainEqual(counts);
    if (task.id === 'mmlu') expect(data.evaluation.flatMap((set) => [...(set.shots ?? [])])).toHaveLength(285);
  });

  it('commonsense/170k', async ({ skip }) => {
    if (folder === undefined) return skip('PEFTBENCH_DATA names no folder with the published data');
    const rows = await COMMONSENSE_170K.read(createDataReader([folder])).catch(orMissing);
    if (rows === undefined) return skip(`${folder} does not hold commonsense_170k.json`);
    expect(rows).toHaveLength(170_420);
  });
});

function orMissing(error: unknown): undefined {
  if (error instanceof MissingData) return undefined;
  throw error;
}
