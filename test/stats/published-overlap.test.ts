// Opt-in: reads the published data below PEFTBENCH_DATA and counts what repeats. Without it every count is skipped.
import { describe, expect, it } from 'vitest';
import { taskById } from '../../datasets/index.ts';
import { MissingData } from '../../harness/contracts/input-error.ts';
import { createDataReader } from '../../harness/formats/data-reader.ts';
import { overlapOf } from '../../harness/stats/overlap.ts';

interface Known {
  readonly task: string;
  /** Examples, which tell whose split it is. */
  readonly of: readonly [train: number, evaluation: number];
  readonly exact: number;
  readonly near: number;
}

/** As an index of strings found them, which earlier versions had. */
const KNOWN: readonly Known[] = [
  { task: 'glue/cola', of: [8551, 1043], exact: 18, near: 46 },
  { task: 'glue/sst2', of: [67349, 872], exact: 2, near: 0 },
  { task: 'glue/mrpc', of: [4076, 1725], exact: 6, near: 74 },
  { task: 'glue/stsb', of: [5749, 1500], exact: 6, near: 17 },
  { task: 'glue/rte', of: [2490, 277], exact: 0, near: 8 },
  { task: 'glue/wnli', of: [634, 71], exact: 0, near: 62 },
  { task: 'commonsense/boolq', of: [9427, 3270], exact: 1, near: 93 },
  { task: 'commonsense/arc-easy', of: [2251, 2376], exact: 2, near: 8 },
  { task: 'commonsense/arc-challenge', of: [1119, 1172], exact: 0, near: 2 },
  { task: 'commonsense/openbookqa', of: [4957, 500], exact: 0, near: 10 },
];

const folder = process.env.PEFTBENCH_TEST_DATA;

describe('what repeats', () => {
  it.for(KNOWN)('in $task', async ({ task, of, ...known }, { skip }) => {
    if (folder === undefined) return skip('PEFTBENCH_DATA names no folder with the published data');
    const data = await taskById(task)
      .read(createDataReader([folder]))
      .catch((error: unknown) => {
        if (error instanceof MissingData) return undefined;
        throw error;
      });
    if (data === undefined) return skip(`${folder} does not hold ${task}`);
    const sizes = [data.train.length, data.evaluation.reduce((sum, { examples }) => sum + examples.length, 0)];
    if (String(sizes) !== String(of)) return skip(`${folder} holds ${sizes} examples of ${task}, not ${of}`);
    expect(overlapOf(data)).toMatchObject(known);
  });
});
