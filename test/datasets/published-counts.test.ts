// Opt-in: reads the published data below PEFTBENCH_DATA and counts its examples. Without it every count is skipped.
import { describe, expect, it } from 'vitest';
import { COMMONSENSE_170K } from '../../datasets/commonsense.ts';
import { TASKS, TRAINING_SETS } from '../../datasets/index.ts';
import { MissingData } from '../../harness/contracts/input-error.ts';
import { PUBLISHED_SIZES, publishedSizes } from '../../harness/cost/published-sizes.ts';
import { createDataReader } from '../../harness/formats/data-reader.ts';

/** Training examples, then those of each evaluation set. Null where no publication states a number. */
type Counts = readonly [train: number | null, ...evaluation: number[]];

/** Beside what is published of the benchmark: MRPC as in the corpus of 2005. */
const OTHERS: Readonly<Record<string, Counts>> = { 'glue/mrpc': [4076, 1725] };

function publishedOf(id: string): Counts[] {
  const { train, evaluation } = publishedSizes(id) ?? { train: null, evaluation: [] };
  // MMLU's 57 subjects are published as one number.
  const sets = id === 'mmlu' ? [Math.round(evaluation.reduce((a, b) => a + b))] : evaluation;
  return [[train, ...sets], ...(OTHERS[id] === undefined ? [] : [OTHERS[id]])];
}

const folder = process.env.PEFTBENCH_TEST_DATA;

it('has the counts of every task', () => {
  const ids = [...TASKS, ...TRAINING_SETS].map(({ id }) => id);
  expect(Object.keys(PUBLISHED_SIZES).toSorted()).toEqual(ids.toSorted());
});

describe('published counts', () => {
  it.for(TASKS)('$id', async (task, { skip }) => {
    if (folder === undefined) return skip('PEFTBENCH_DATA names no folder with the published data');
    const data = await task.read(createDataReader([folder])).catch(orMissing);
    if (data === undefined) return skip(`${folder} does not hold ${task.id}`);
    const evaluated = data.evaluation.map((set) => set.examples.length);
    const counts = [data.train.length, ...(task.id === 'mmlu' ? [evaluated.reduce((a, b) => a + b)] : evaluated)];
    // A task that is only scored lies there without its training file.
    const known = publishedOf(task.id).map(([train, ...evaluation]) => [
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
    expect(rows).toHaveLength(publishedSizes('commonsense/170k')?.train as number);
  });
});

function orMissing(error: unknown): undefined {
  if (error instanceof MissingData) return undefined;
  throw error;
}
