// Charts say what the records say.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRICS } from '../../../harness/metrics/index.ts';
import { streamsOf } from '../../../harness/random/streams.ts';
import { type Axes, aggregate } from '../../../harness/report/aggregate.ts';
import type { PlotChart } from '../../../harness/report/figures/chart.ts';
import { comparisonChart } from '../../../harness/report/figures/comparison.ts';
import { drawSvg } from '../../../harness/report/figures/draw.ts';
import { expectedBestChart } from '../../../harness/report/figures/expected-best.ts';
import { lossChart } from '../../../harness/report/figures/loss.ts';
import { frontOf } from '../../../harness/report/figures/front.ts';
import { PARETO_KEYS, paretoChart } from '../../../harness/report/figures/pareto.ts';
import { qualityChart } from '../../../harness/report/figures/quality.ts';
import { sensitivityChart } from '../../../harness/report/figures/sensitivity.ts';
import { searchesOf } from '../../../harness/report/search.ts';
import { compareStudy } from '../../../harness/stats/compare-methods.ts';
import type { TaskScores } from '../../../harness/stats/scores.ts';
import { completed, sampleConfig, unfinished } from '../../records/sample.ts';
import { shapesOf } from './read-svg.ts';

const axes = (labels: string[], tasks: string[]): Axes => ({ models: ['tiny'], labels, tasks, seeds: [0, 1] });
const run = (label: string, task: string, seed: number, value: number, losses?: number[]) =>
  completed(sampleConfig({ label, task, seed }), value, losses);

/** Points by panel and series, as `x: y`. */
function readOff({ panels }: PlotChart): Record<string, Record<string, string[]>> {
  return Object.fromEntries(
    panels.map(({ title, series }) => [
      title,
      Object.fromEntries(series.map(({ name, points }) => [name, points.map(({ x, y }) => `${x}: ${y}`)])),
    ]),
  );
}

describe('quality', () => {
  const records = [
    run('lora', 't/one', 0, 0.4),
    run('lora', 't/one', 1, 0.6),
    run('xgb', 't/one', 0, -0.5),
    run('xgb', 't/one', 1, -0.5),
    run('lora', 't/two', 0, 1),
    unfinished(sampleConfig({ label: 'xgb', task: 't/two' }), 'failed', 'crash'),
  ];
  const chart = qualityChart(aggregate(records, axes(['lora', 'xgb'], ['t/one', 't/two'])));

  test('is a panel for each task and a row for each method, and nothing at 0 for what did not complete', () => {
    expect(readOff(chart)).toEqual({
      't/one': { lora: ['lora: 0.5'], xgb: ['xgb: -0.5'] },
      't/two': { lora: ['lora: 1'], xgb: [] },
    });
    expect(chart.panels.map(({ y }) => y.label)).toEqual(['pearson', 'pearson']);
    expect(chart.notes).toEqual(['xgb, t/two: no figure (failed).']);
  });

  test('has a bar of one deviation to each side, and none of one seed', () => {
    const [one, two] = chart.panels.map(({ series }) => series[0]?.points[0]);
    expect(one?.low).toBeCloseTo(0.5 - Math.SQRT1_2 / 5, 12);
    expect(one?.high).toBeCloseTo(0.5 + Math.SQRT1_2 / 5, 12);
    expect([two?.low, two?.high]).toEqual([null, null]);
  });

  test('needs no legend: its rows have the names', () => {
    const names = shapesOf(drawSvg(chart)).filter(({ tag, words }) => tag === 'text' && words === 'lora');
    expect(names).toHaveLength(2);
  });

  test('tells models apart where there are several', () => {
    const other = { ...sampleConfig({ label: 'lora', task: 't/one' }), model: 'large' };
    const both = [run('lora', 't/one', 0, 0.4), completed(other, 0.5)];
    const titles = qualityChart(aggregate(both)).panels.map(({ title }) => title);
    expect(titles).toEqual(['t/one, large', 't/one, tiny']);
  });
});

describe('losses', () => {
  test('are a line for each final run, alike for those of a method, and say what became of it', () => {
    const trial = completed(sampleConfig({ purpose: 'search' }), 0.5);
    const records = [
      run('lora', 't/one', 0, 0.4, [3, 2]),
      run('lora', 't/one', 1, 0.4, [4, 1]),
      unfinished(sampleConfig({ label: 'full', task: 't/one' }), 'diverged', 'loss is not finite'),
      run('frozen', 't/one', 0, 0.1, []),
      trial,
    ];
    const chart = lossChart(records);
    expect(chart.panels).toHaveLength(1);
    expect(chart.panels[0]?.series.map(({ name, points }) => [name, points.map(({ y }) => y)])).toEqual([
      ['lora', [3, 2]],
      ['lora', [4, 1]],
      ['full (diverged)', [0.5]],
    ]);
    expect(chart.notes).toEqual(['frozen, t/one: no step was taken.']);
  });

  test('of long runs are thinned, and on a log axis where they span powers of ten', () => {
    const losses = Array.from({ length: 5000 }, (_, i) => 10 / (1 + i));
    const [panel] = lossChart([run('lora', 't/one', 0, 0.4, losses)]).panels;
    expect(panel?.series[0]?.points.length).toBeLessThan(203);
    expect(panel?.y.scale).toBe('log');
    expect(lossChart([run('lora', 't/one', 0, 0.4, [1, 2])]).panels[0]?.y.scale).toBe('linear');
  });
});

describe('searches', () => {
  const RATES = [0.001, 0.002, 0.004];
  const trial = (rate: number, value: number | null, options: Record<string, unknown> = { r: 8 }) => {
    const config = sampleConfig({ purpose: 'search', rate, seed: 7 });
    return completed({ ...config, method: { ...config.method, options } }, value);
  };
  const grid = RATES.flatMap((rate) => [2, 8].map((r) => trial(rate, 100 * rate - r / 100, { r })));
  const search = { models: ['tiny'], labels: ['lora'], tasks: ['glue/stsb'] };
  const rows = searchesOf(grid, search);

  test('are a panel for each key, with mean and best at each value, and the choice named', () => {
    const chart = sensitivityChart(rows);
    expect(chart.panels.map(({ title, x }) => [title, x.scale])).toEqual([
      ['glue/stsb: learningRate', 'linear'],
      ['glue/stsb: options.r', 'linear'],
    ]);
    const [rates, ranks] = chart.panels;
    expect(rates?.series.map(({ name }) => name)).toEqual(['lora', 'lora, best']);
    for (const [i, rate] of RATES.entries()) {
      expect(rates?.series[0]?.points[i]?.x).toBe(rate);
      expect(rates?.series[0]?.points[i]?.y).toBeCloseTo(100 * rate - 0.05, 12);
      expect(rates?.series[1]?.points[i]?.y).toBeCloseTo(100 * rate - 0.02, 12);
    }
    expect(rates?.series[0]?.points.map(({ text }) => text)).toEqual(['', '', 'chosen']);
    expect(ranks?.series[0]?.points.map(({ text }) => text)).toEqual(['chosen', '']);
    const wide = sensitivityChart(searchesOf([trial(1e-3, 0.5), trial(1e-2, 0.25)], search));
    expect(wide.panels.map(({ x }) => x.scale)).toEqual(['log']);
    expect(wide.panels[0]?.series.map(({ name }) => name)).toEqual(['lora']);
  });

  test('say which value has no score, and have categories where values are no numbers', () => {
    const mixed = [trial(1e-3, 0.5, { targets: 'all' }), trial(1e-3, null, { targets: ['q', 'v'] })];
    const chart = sensitivityChart(searchesOf(mixed, search));
    expect(chart.panels.map(({ x }) => x.scale)).toEqual(['category']);
    expect(readOff(chart)).toEqual({ 'glue/stsb: options.targets': { lora: ['all: 0.5'] } });
    expect(chart.notes).toEqual(['lora, glue/stsb: no setting with options.targets ["q","v"] has a score.']);
  });

  test('have the expected best of n settings, which rises to the best of all', () => {
    const [panel] = expectedBestChart(rows).panels;
    const points = panel?.series[0]?.points ?? [];
    expect(points.map(({ x }) => x)).toEqual([1, 2, 3, 4, 5, 6]);
    const scores = RATES.flatMap((rate) => [2, 8].map((r) => 100 * rate - r / 100));
    expect(points[0]?.y).toBeCloseTo(scores.reduce((sum, score) => sum + score, 0) / 6, 12);
    expect(points.at(-1)?.y).toBeCloseTo(Math.max(...scores), 12);
  });
});

describe('a Pareto plot', () => {
  const records = [run('lora', 't/one', 0, 0.4), run('xgb', 't/one', 0, 0.25)];
  const { rows } = aggregate(records, axes(['lora', 'xgb', 'none'], ['t/one']));

  test('has a point for each method, and says which has none and why', () => {
    const chart = paretoChart(rows, 'trainable', 'quality');
    expect(readOff(chart)['t/one']).toEqual({ lora: ['50: 0.4'], xgb: ['50: 0.25'] });
    expect(chart.notes).toEqual([
      'none, t/one: no trainable parameters at once (not run).',
      'none, t/one: no quality (not run).',
    ]);
    expect(chart.panels[0]?.y.label).toBe('quality (pearson)');
  });

  test('is drawn for any two measures', () => {
    for (const x of PARETO_KEYS) {
      for (const y of PARETO_KEYS) expect(shapesOf(drawSvg(paretoChart(rows, x, y))).length).toBeGreaterThan(10);
    }
    expect(paretoChart(rows, 'quality', 'memory').panels[0]?.series[0]?.points[0]).toMatchObject({ x: 0.4, y: 200 });
    expect(paretoChart(rows, 'quality', 'seconds').panels[0]?.series[0]?.points[0]).toMatchObject({
      ...{ y: 0.1, low: 0.09, high: 0.2 },
    });
  });

  test('marks those that no other beats', () => {
    const place = fc.record({ x: fc.integer({ min: 0, max: 6 }), y: fc.integer({ min: 0, max: 6 }) });
    fc.assert(
      fc.property(fc.array(place, { maxLength: 12 }), fc.boolean(), fc.boolean(), (places, rising, climbing) => {
        const front = frontOf(places, { isBetterHigher: rising }, { isBetterHigher: climbing });
        const worth = (value: number, higher: boolean) => (higher ? value : -value);
        for (const one of places) {
          const beaten = places.some(
            (other) =>
              worth(other.x - one.x, rising) >= 0 &&
              worth(other.y - one.y, climbing) >= 0 &&
              (other.x !== one.x || other.y !== one.y),
          );
          expect(front.includes(one)).toBe(!beaten);
        }
        for (const [i, later] of front.slice(1).entries()) {
          const before = front[i] ?? later;
          expect(worth(later.x - before.x, rising)).toBeLessThanOrEqual(0);
          expect(worth(later.y - before.y, climbing)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test('joins the front in stairs, without symbols of its own', () => {
    const better = run('large', 't/one', 0, 0.9);
    const costly = { ...better, params: { ...better.params, trainable: 5000 } };
    const three = aggregate([...records, costly], axes(['lora', 'xgb', 'large'], ['t/one']));
    const [panel] = paretoChart(three.rows, 'trainable', 'quality').panels;
    const front = panel?.series.at(-1);
    expect(front?.symbols).toBe(false);
    expect(front?.points.map(({ x, y }) => [x, y])).toEqual([
      [50, 0.4],
      [5000, 0.4],
      [5000, 0.9],
    ]);
    expect(panel?.x.scale).toBe('log');
  });
});

describe('comparisons', () => {
  const labels = Float64Array.from({ length: 200 }, (_, i) => Number(i % 10 < 6));
  const draw = streamsOf(4)('comparisons');
  const methods = Object.entries({ good: 0.9, weak: 0.6, alike: 0.6 }).map(([label, share]) => ({
    label,
    runs: [0, 1, 2, 3, 4].map((seed) => {
      const predictions = labels.map((right) => (draw.uniform(0, 1) < share ? right : 1 - right));
      return { seed, value: METRICS.accuracy([...predictions], [...labels]), predictions: [predictions] };
    }),
  }));
  const sets = [{ name: 'validation', ids: [...labels.keys()].map(String), labels }];
  const scores: TaskScores = {
    ...{ model: 'm', task: 'one', metric: 'acc', measure: 'accuracy' },
    overall: 'first',
    sets,
    methods,
  };
  const compared = compareStudy([scores]);
  const chart = comparisonChart(compared, 0.01);
  const [panel] = chart.panels;

  test('have a row for each pair with its interval, by whether it is told apart', () => {
    expect(panel?.series.map(({ name, points }) => [name, points.map(({ x }) => x)])).toEqual([
      ['told apart', ['good − weak', 'good − alike']],
      ['not told apart', ['weak − alike']],
    ]);
    const pairs = compared.tasks[0]?.pairs ?? [];
    const drawn = panel?.series.flatMap(({ points }) => points) ?? [];
    for (const { a, b, effect, overBoth } of pairs) {
      const own = drawn.find(({ x }) => x === `${a} − ${b}`);
      expect(own).toMatchObject({ y: effect.value, low: overBoth.value?.low, high: overBoth.value?.high });
    }
  });

  test('have a line where there is no difference, with the margin', () => {
    expect(panel?.levels).toEqual([{ name: 'no difference, and a margin of 0.01', y: 0, low: -0.01, high: 0.01 }]);
    expect(comparisonChart(compared).panels[0]?.levels[0]).toMatchObject({ y: 0, low: null, high: null });
  });

  test('of one seed have no interval, and say why', () => {
    const single = methods.map(({ label, runs }) => ({ label, runs: runs.slice(0, 1) }));
    const one = comparisonChart(compareStudy([{ ...scores, methods: single }]));
    expect(one.panels[0]?.series.flatMap(({ points }) => points.map(({ low }) => low))).toEqual([null, null, null]);
    expect(one.notes).toHaveLength(3);
  });
});
