// What searches tell, from records made by hand.
import { parse as parseCsv } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { RunConfig } from '../../harness/contracts/run-config.ts';
import type { RunRecord } from '../../harness/records/schema.ts';
import { aggregate } from '../../harness/report/aggregate.ts';
import { unequalSearches } from '../../harness/report/budget.ts';
import { searchesOf } from '../../harness/report/search.ts';
import { edgeWarnings } from '../../harness/report/tables/search-words.ts';
import { completed, sampleConfig, unfinished } from '../records/sample.ts';
import { csvOf, markdownOf, NO_ROWS, reportOf } from './made-report.ts';

const AXES = { models: ['tiny'], labels: ['lora', 'full'], tasks: ['glue/stsb'], seeds: [0] };

interface Tried {
  readonly rate: number;
  readonly headRate?: number;
  readonly options?: RunConfig['method']['options'];
  readonly seed?: number;
  readonly limitTrain?: number;
  readonly label?: string;
}
function trial(
  value: number | null,
  { rate, headRate = rate, options, seed = 7, limitTrain, label }: Tried,
): RunRecord {
  const config = sampleConfig({ purpose: 'search', rate, seed, ...(label !== undefined && { label }) });
  const method = { ...config.method, headLearningRate: headRate, options: options ?? config.method.options };
  return completed({ ...config, method, task: { ...config.task, limitTrain: limitTrain ?? null } }, value);
}
const only = (records: readonly RunRecord[]) => {
  const [row, ...others] = searchesOf(records, AXES);
  if (row === undefined || others.length > 0) throw new Error('expected one search');
  return row;
};

/** Rates x ranks: the score rises with the rate, and falls with the rank. */
const grid = [0.001, 0.002, 0.004].flatMap((rate) =>
  [2, 8].map((r) => trial(100 * rate - r / 100, { rate, options: { r } })),
);

describe('a search', () => {
  const row = only(grid);

  it('has the keys that differ between its trials, and each setting with its score', () => {
    expect(row.keys).toEqual(['learningRate', 'options.r']);
    expect(row.settings[1]).toEqual({
      ...{ values: { learningRate: 0.001, 'options.r': 8 }, examples: null, trials: 1, score: 0.1 - 0.08 },
      ids: [grid[1]?.id],
    });
    expect(row.chosen?.values).toEqual({ learningRate: 0.004, 'options.r': 2 });
    expect(row.metric).toBe('pearson');
  });

  it('whose settings all score alike has chosen nothing, and no edge is warned of', () => {
    const flat = only([0.001, 0.002, 0.004].map((rate) => trial(0.5, { rate })));
    expect([flat.alike, flat.edges]).toEqual([true, []]);
    expect(flat.chosen?.values).toEqual({ learningRate: 0.001 });
    expect(edgeWarnings([flat])).toEqual([
      'lora, glue/stsb: all settings score alike: the search has chosen nothing, and the smallest rate was taken',
    ]);
    expect([row.alike, row.edges.length]).toEqual([false, 2]);
  });

  it("has the head's rate where it is not the method's", () => {
    const rates = [0.01, 0.02].map((headRate) => trial(0.5, { rate: 0.001, headRate }));
    expect(only(rates).keys).toEqual(['headLearningRate']);
  });

  it('has a curve for each key: the mean and the best at each value, numbers rising', () => {
    const [rates, ranks] = row.sensitivity;
    expect(rates?.points.map(({ value, settings }) => [value, settings])).toEqual([
      [0.001, 2],
      [0.002, 2],
      [0.004, 2],
    ]);
    expect(rates?.points[0]?.mean).toBeCloseTo(0.05, 12);
    expect(rates?.points[0]?.best).toBe(0.1 - 0.02);
    expect(ranks?.points.map(({ value, settings }) => [value, settings])).toEqual([
      [2, 3],
      [8, 3],
    ]);
  });

  it('has a curve over options that are no numbers', () => {
    const targets = ['all', ['q', 'v']].map((choice, i) =>
      trial(0.5 + i / 10, { rate: 1, options: { targets: choice } }),
    );
    expect(only(targets).sensitivity).toEqual([
      {
        key: 'options.targets',
        points: [
          { value: 'all', ids: [targets[0]?.id], settings: 1, mean: 0.5, best: 0.5 },
          { value: ['q', 'v'], ids: [targets[1]?.id], settings: 1, mean: 0.6, best: 0.6 },
        ],
      },
    ]);
    expect(only(targets).edges).toEqual([]);
  });

  it('warns of a chosen value beyond which nothing was tried, and of no other', () => {
    expect(row.edges).toEqual([
      { key: 'learningRate', value: 0.004, side: 'largest', tried: 3 },
      { key: 'options.r', value: 2, side: 'smallest', tried: 2 },
    ]);
    expect(edgeWarnings([row])[0]).toBe(
      'lora, glue/stsb: the chosen learningRate 0.004 is the largest of 3 tried; a larger one may be better',
    );
    const inside = [0.1, 0.9, 0.2].map((value, i) => trial(value, { rate: i + 1 }));
    expect(only(inside).edges).toEqual([]);
    const diverging = [...inside.slice(0, 2), unfinished(inside[2]?.config as RunConfig, 'diverged', 'NaN')];
    expect(only(diverging).edges).toEqual([]);
  });

  it('ends its expected best at the best, and leaves out what has no score', () => {
    const records = [0.25, 0.75, null].map((value, i) => trial(value, { rate: i + 1 }));
    expect(only(records).expectedBest).toEqual([
      { n: 1, withReplacement: 0.5, withoutReplacement: 0.5 },
      { n: 2, withReplacement: 0.625, withoutReplacement: 0.75 },
    ]);
    expect(only(records).settings.map(({ score }) => score)).toEqual([0.25, 0.75, null]);
  });

  it('of several seeds goes by the mean; a setting with a trial without a score has none', () => {
    const records = [
      ...[0.2, 0.4].map((value, seed) => trial(value, { rate: 1, seed })),
      ...[0.9, null].map((value, seed) => trial(value, { rate: 2, seed })),
    ];
    const { settings, chosen } = only(records);
    expect(settings).toMatchObject([
      { trials: 2, score: expect.closeTo(0.3, 12) },
      { trials: 2, score: null },
    ]);
    expect(chosen?.values).toEqual({ learningRate: 1 });
  });

  it('by halving has its curves of the first rung, and chooses by the last', () => {
    const rates = [1, 2, 3, 4];
    const records = [
      ...rates.map((rate) => trial(rate / 10, { rate, limitTrain: 10 })),
      ...[3, 4].map((rate) => trial(0.5 + rate / 100, { rate, limitTrain: 20 })),
      trial(0.1, { rate: 4, limitTrain: 40 }),
    ];
    const { chosen, examples, expectedBest, sensitivity } = only(records);
    expect(chosen).toMatchObject({ values: { learningRate: 4 }, examples: 40 });
    expect(examples).toBe(10);
    expect(expectedBest).toHaveLength(4);
    expect(sensitivity[0]?.points.map(({ settings }) => settings)).toEqual([1, 1, 1, 1]);
  });

  it('without a score chooses nothing', () => {
    const lost = [1, 2].map((rate) => unfinished(sampleConfig({ purpose: 'search', rate }), 'failed', 'crash'));
    expect(only(lost)).toMatchObject({ chosen: null, edges: [], expectedBest: [], metric: null });
    expect(markdownOf(NO_ROWS, { searches: searchesOf(lost, AXES) })).toMatch(/\| — +\| +— \| +— \| +0 of 2 \|/);
  });
});

describe('tables of searches', () => {
  it('are none where nothing was searched', () => {
    const searches = searchesOf([completed(sampleConfig(), 0.5)], AXES);
    expect(reportOf(NO_ROWS, { searches }).tables.filter(({ name }) => name.startsWith('search'))).toEqual([]);
  });

  it('have the choice, warnings, the sensitivity and the expected best', () => {
    const text = markdownOf(NO_ROWS, { searches: searchesOf(grid, AXES) });
    expect(text).toMatch(
      /\| lora +\| glue\/stsb \| learningRate 0\.004, options\.r 2 \| 0\.3800 \(pearson\) \| +all \| +6 of 6 \| +6 \|/,
    );
    expect(text).toContain('- lora, glue/stsb: the chosen learningRate 0.004 is the largest of 3 tried');
    expect(text).toMatch(/\| lora +\| glue\/stsb \| options\.r +\| +8 \| +3 \| 0\.1533 \| 0\.3200 \|/);
    expect(text).toMatch(/\| method \| task +\| +n 1 \| +n 2 \| +n 4 \| +n 6 \|/);
  });

  it('put many values of a key in groups of neighbours', () => {
    const many = Array.from({ length: 12 }, (_, i) => trial(i / 100, { rate: i + 1 }));
    const text = markdownOf(NO_ROWS, { searches: searchesOf(many, AXES) });
    expect(text).toMatch(/learningRate \| +1 to 2 \| +2 \| 0\.0050 \| 0\.0100 \|/);
    expect(text).toMatch(/learningRate \| +11 to 12 \| +2 \| 0\.1050 \| 0\.1100 \|/);
  });

  it('are in CSV whole', () => {
    const searches = searchesOf(grid, AXES);
    const linesOf = (name: string): Record<string, string>[] =>
      parseCsv(csvOf(name, NO_ROWS, { searches }), { columns: true });
    expect(linesOf('search-trials')).toHaveLength(6);
    expect(linesOf('search-trials')[0]).toMatchObject({
      learningRate: '0.001',
      'options.r': '2',
      trials: '1',
    });
    expect(linesOf('search-sensitivity').map(({ key, value, chosen, edge }) => [key, value, chosen, edge])).toEqual([
      ['learningRate', '0.001', '', ''],
      ['learningRate', '0.002', '', ''],
      ['learningRate', '0.004', '1', 'largest'],
      ['options.r', '2', '1', 'smallest'],
      ['options.r', '8', '', ''],
    ]);
    expect(linesOf('search-expected-best').map(({ n }) => n)).toEqual(['1', '2', '3', '4', '5', '6']);
  });
});

describe('searches that did not cost the same', () => {
  const records = [
    ...[1, 2].map((rate) => trial(0.1, { rate })),
    ...[1, 2, 3].map((rate) => trial(0.1, { rate, label: 'full' })),
  ];
  const note = 'methods were not searched alike: lora 2 trials (160 examples seen), full 3 trials (240 examples seen)';

  it('are said, task by task', () => {
    expect(unequalSearches(searchesOf(records, AXES))).toEqual([{ model: 'tiny', task: 'glue/stsb', note }]);
    expect(unequalSearches(searchesOf(records.slice(0, 4), AXES))).toEqual([]);
  });

  it('where a trial sees more examples, too', () => {
    const more = records
      .slice(2, 4)
      .map((record) => ({ ...record, dataset: { ...record.dataset, train: { read: 100, drawn: 90 } } }));
    expect(unequalSearches(searchesOf([...records.slice(0, 2), ...more], AXES))[0]?.note).toContain(
      'full 2 trials (180 examples seen)',
    );
  });

  it('are marked in every table', () => {
    const unequal = unequalSearches(searchesOf(records, AXES));
    const summary = { ...aggregate([completed(sampleConfig(), 0.5)], AXES), unequal };
    expect(markdownOf(summary)).toContain(`- glue/stsb: ${note}`);
    for (const text of ['quality', 'cost'].map((name) => csvOf(name, summary))) expect(text).toContain(note);
  });
});

it('weights that are not the last are said in every table', () => {
  const config = sampleConfig();
  const training = { ...config.training, selection: 'best' as const, selectionHoldout: 4 };
  const selection = { examples: 4, step: 1, scores: [1, 2].map((step) => ({ step, value: 1 / step })) };
  const summary = aggregate([{ ...completed({ ...config, training }, 0.5), selection }], AXES);
  const note =
    'evaluated with the weights that were best on 4 training examples held out: step 1 of 2, of 2 scored (seed 0)';
  expect(markdownOf(summary)).toContain(`- lora, glue/stsb: ${note}`);
  for (const text of ['quality', 'cost'].map((name) => csvOf(name, summary))) expect(text).toContain(note);
  expect(aggregate([completed(config, 0.5)], AXES).rows[0]?.selection).toBeNull();
});
