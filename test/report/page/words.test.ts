// The words of a page: what a comparison found, where findings bite, and the commands.
import { describe, expect, test } from 'vitest';
import { commandOfRow, commandOfRun, madeAgain } from '../../../harness/report/page/commands.ts';
import { marksOf } from '../../../harness/report/page/marks.ts';
import { comparisonSentence } from '../../../harness/report/page/sentences.ts';
import type { AdjustedPair, ComparedTask } from '../../../harness/stats/comparison.ts';
import { figure, missing } from '../../../harness/stats/summary.ts';
import { completed, sampleConfig, unfinished } from '../../records/sample.ts';
import { qualityTable, quickInput } from './inputs.ts';

describe('the sentence of a task', () => {
  const task = quickInput().comparisons.tasks.find((each) => each.task === 'glue/stsb') as ComparedTask;
  const size = ({ effect }: AdjustedPair) => Math.abs(effect.value ?? 0);
  const largest = task.pairs.toSorted((a, b) => size(b) - size(a))[0] as AdjustedPair;
  const withP = (p: number): ComparedTask => ({
    ...task,
    pairs: task.pairs.map((pair): AdjustedPair => ({ ...pair, adjusted: { ...pair.adjusted, overBoth: figure(p) } })),
  });

  test('names the largest difference where none is shown, the higher one first, with its interval', () => {
    const isTurned = (largest.effect.value ?? 0) < 0;
    const { low, high } = largest.overBoth.value ?? { low: 0, high: 0 };
    const [from, to] = isTurned ? [-high, -low] : [low, high];
    const [first, second] = isTurned ? [largest.b, largest.a] : [largest.a, largest.b];
    expect(comparisonSentence(withP(0.5))).toBe(
      `glue/stsb (pearson): no method is shown to be better than another; the largest difference, ${first} over ${second}, is ${size(largest).toFixed(4)} (95 % ${from.toFixed(4)} to ${to.toFixed(4)}, p 0.50, ${largest.seeds.length} seeds).`,
    );
  });

  test('says of which methods a difference is shown', () => {
    const some = comparisonSentence(withP(0.01));
    for (const pair of task.pairs) expect(some).toContain(`by ${size(pair).toFixed(4)} (95 %`);
    expect(some.match(/scores higher than/g)).toHaveLength(task.pairs.length);
    const best = comparisonSentence({ ...withP(0.01), best: 'full' });
    expect(best).toMatch(
      /^glue\/stsb \(pearson\): full scores higher than every other method: than \S+ by .*, than \S+ by .*\.$/,
    );
    for (const label of ['lora', 'xgblora']) expect(best).toContain(`than ${label} by `);
  });

  test('counts a p of exactly 5 % as shown, as the tables do', () => {
    expect(comparisonSentence(withP(0.05))).toContain('scores higher than');
  });

  test('says of pairs without a test that there is none, not that they are within their uncertainty', () => {
    const [one, two, three] = withP(0.01).pairs as [AdjustedPair, AdjustedPair, AdjustedPair];
    const untested = (pair: AdjustedPair): AdjustedPair => ({
      ...pair,
      effect: missing('no seed in common'),
      adjusted: { ...pair.adjusted, overBoth: missing('no seed in common') },
    });
    const within = (pair: AdjustedPair) => ({ ...pair, adjusted: { ...pair.adjusted, overBoth: figure(0.5) } });
    const said = (pairs: readonly AdjustedPair[]) => comparisonSentence({ ...task, pairs });
    expect(said([one, untested(two), untested(three)])).toMatch(/ seeds\)\. No test of 2 other pairs\.$/);
    expect(said([one, within(two), untested(three)])).toMatch(
      /Other differences are within their uncertainty\. No test of 1 other pair\.$/,
    );
    expect(said([one, two, three])).not.toMatch(/Other differences/);
    expect(said([within(one), untested(two), within(three)])).toMatch(/ seeds\)\. No test of 1 other pair\.$/);
  });

  test('is the same whichever way round a pair stands', () => {
    const { value } = largest.overBoth;
    if (value === null) throw new Error('no interval');
    const overBoth = { value: { ...value, low: -value.high, high: -value.low }, reason: null };
    const turned = { ...largest, a: largest.b, b: largest.a, effect: figure(-(largest.effect.value ?? 0)), overBoth };
    expect(comparisonSentence({ ...task, pairs: [turned] })).toBe(comparisonSentence({ ...task, pairs: [largest] }));
  });

  test('says where there is nothing to compare with', () => {
    expect(comparisonSentence({ ...task, pairs: [], methods: task.methods.slice(0, 1) })).toMatch(
      /there is no other method/,
    );
  });
});

test('a finding stands at the cell, at the row or below the table, whichever is the widest that it concerns', () => {
  const records = ['a', 'b'].flatMap((label) =>
    ['t/one', 't/two'].map((task) => completed(sampleConfig({ label, task, rate: label === 'a' ? 1e-3 : 2e-3 }), 0.5)),
  );
  const { rows } = quickInput();
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  const made = records.map(({ config }) => ({ ...row, label: config.method.label, task: config.task.id }));
  const table = qualityTable(made, records);
  const found = new Map(
    records.map(({ id, config: { method, task } }) => [
      id,
      [0, ...(method.label === 'b' ? [1] : []), ...(method.label === 'a' && task.id === 't/two' ? [2] : [])],
    ]),
  );
  const marks = marksOf(table, (id) => found.get(id) ?? []);
  expect(marks.table).toEqual([0]);
  expect(marks.rows).toEqual([[], [1]]);
  expect(marks.cells).toEqual([
    [[], [], [2]],
    [[], [], []],
  ]);
});

describe('commands', () => {
  test('verify a completed run, and run one that is not', () => {
    const done = completed(sampleConfig(), 0.5);
    expect(commandOfRun('results/quick', done)).toBe(`npx peftbench verify results/quick/runs/${done.id}.json`);
    expect(commandOfRun('my studies/a', unfinished(sampleConfig(), 'failed', 'x'))).toBe(
      "npx peftbench run 'my studies/a' --only 'model=tiny,method=lora,task=glue/stsb' --out .runs/again-a",
    );
  });

  test('of a cell make its runs again in a folder of the study, but leave those of another study as they are', () => {
    expect(madeAgain('my studies/a b', "peftbench run 'my studies/a b' --only seed=0")).toBe(
      "peftbench run 'my studies/a b' --only seed=0 --out '.runs/again-a b'",
    );
    expect(madeAgain('results/quick', 'peftbench run results/quick')).toBe(
      'peftbench run results/quick --out .runs/again-quick',
    );
    const other = 'peftbench run results/quick-two --only task=t';
    expect(madeAgain('results/quick', other)).toBe(other);
  });

  test('quote what a shell, and the option itself, would read otherwise', () => {
    expect(commandOfRow('s', { label: `it's r=8, "all"`, task: 't', model: 'm' })).toBe(
      `npx peftbench run s --only 'model=m,"method=it'\\''s r=8, ""all""",task=t' --out .runs/again-s`,
    );
  });
});
