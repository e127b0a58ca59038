// What a comparison says of made tasks: everything that it must hold to, whatever the numbers.
import { describe, expect, test } from 'vitest';
import { METRICS, type MetricName } from '../../harness/metrics/index.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { compareStudy, compareTask } from '../../harness/stats/compare-methods.ts';
import type { PairComparison } from '../../harness/stats/comparison.ts';
import type { MethodScores, TaskScores } from '../../harness/stats/scores.ts';
import { expectNear } from './near.ts';

interface Made {
  readonly task?: string;
  readonly measure?: MetricName;
  readonly seeds?: number;
  readonly examples?: number;
  /** Share of right predictions, by label. */
  readonly rates?: Readonly<Record<string, number>>;
}

const RATES = { full: 0.9, lora: 0.88, weak: 0.6 };

function made({ task = 't', measure = 'accuracy', seeds = 4, examples = 150, rates = RATES }: Made = {}): TaskScores {
  const stream = streamsOf(1)(task);
  const labels = Float64Array.from({ length: examples }, () => stream.integer(2));
  const methods = Object.entries(rates).map(([label, rate]): MethodScores => {
    const runs = Array.from({ length: seeds }, (_, seed) => {
      const own = rate + stream.normal(0.02);
      const predictions = labels.map(
        (y) => (stream.uniform(0, 1) < own ? y : 1 - y) + (measure === 'pearson' ? stream.normal(0.2) : 0),
      );
      return { seed, value: METRICS[measure]([...predictions], [...labels]), predictions: [predictions] };
    });
    return { label, runs };
  });
  const sets = [{ name: 'validation', ids: [...labels.keys()].map(String), labels }];
  return { model: 'm', task, metric: measure, measure, overall: 'first', sets, methods };
}

const withMethods = (scores: TaskScores, methods: readonly MethodScores[]): TaskScores => ({ ...scores, methods });
const few = (scores: TaskScores) => compareTask(scores, 400);
const pairOf = (pairs: readonly PairComparison[], a: string, b: string): PairComparison => {
  const pair = pairs.find((each) => each.a === a && each.b === b);
  if (pair === undefined) throw new Error(`no pair of ${a} and ${b}`);
  return pair;
};

describe.each(['accuracy', 'f1', 'matthews', 'pearson', 'spearman'] as const)('%s', (measure) => {
  const scores = made({ measure, examples: 90 });
  const compared = few(scores);

  test('is the same again, and for methods in another order but for the sign', () => {
    expect(few(scores)).toEqual(compared);
    const back = few(withMethods(scores, scores.methods.toReversed()));
    for (const pair of compared.pairs) {
      const other = pairOf(back.pairs, pair.b, pair.a);
      expectNear(other.effect.value, -Number(pair.effect.value));
      expectNear(other.overBoth.value?.p, Number(pair.overBoth.value?.p));
      expectNear(other.overBoth.value?.low, -Number(pair.overBoth.value?.high));
      expectNear(other.overBoth.value?.bootstrap.low, -Number(pair.overBoth.value?.bootstrap.high));
      expectNear(other.resolution.value?.smallest, Number(pair.resolution.value?.smallest));
      expect(other.superiority.value?.wins).toBe(pair.superiority.value?.losses);
      if (pair.examplesTest.value?.test === 'sign-flip') expect(other.examplesTest).toEqual(pair.examplesTest);
    }
  });

  test('of two methods does not ask for a third', () => {
    const alone = few(withMethods(scores, scores.methods.slice(0, 2)));
    const [pair, same] = [pairOf(alone.pairs, 'full', 'lora'), pairOf(compared.pairs, 'full', 'lora')];
    expectNear(pair.overBoth.value?.p, Number(same.overBoth.value?.p));
    expect(pair.examplesTest.value?.p).toBeCloseTo(Number(same.examplesTest.value?.p), 9);
  });

  test('tells the weak one apart, whose interval holds its difference', () => {
    const { effect, overBoth, examplesTest, superiority } = pairOf(compared.pairs, 'full', 'weak');
    expect(overBoth.value?.p).toBeLessThan(0.01);
    expect(examplesTest.value?.p).toBeLessThan(0.01);
    expect(superiority.value?.probability).toBe(1);
    expect(overBoth.value?.low).toBeLessThan(Number(effect.value));
    expect(overBoth.value?.high).toBeGreaterThan(Number(effect.value));
  });
});

test('two seeds have intervals and a caution; one has a test of its runs, and reasons', () => {
  const two = few(made({ seeds: 2 }));
  expect(two.pairs[0]?.caution).toMatch(/^two seeds are too few/);
  expect(two.pairs[0]?.overBoth.value).not.toBeNull();
  const one = few(made({ seeds: 1 }));
  const none = { value: null, reason: 'one seed has no spread over seeds' };
  expect(one.pairs[0]).toMatchObject({ overSeeds: none, overBoth: none, resolution: none });
  expect(one.pairs[0]?.examplesTest.value?.test).toBe('mcnemar');
  expect(one.methods[0]).toMatchObject({ overSeeds: none, overBoth: none });
});

test('pairs are of the seeds that both have', () => {
  const scores = made();
  const [full, lora, weak] = scores.methods as [MethodScores, MethodScores, MethodScores];
  const partly = { ...lora, runs: lora.runs.slice(1, 3) };
  const apart = { ...weak, runs: weak.runs.map((run) => ({ ...run, seed: run.seed + 10 })) };
  const { pairs } = few(withMethods(scores, [full, partly, apart]));
  expect(pairOf(pairs, 'full', 'lora').seeds).toEqual([1, 2]);
  const onTwo = few(withMethods(scores, [{ ...full, runs: full.runs.slice(1, 3) }, partly]));
  expectNear(pairOf(pairs, 'full', 'lora').overBoth.value?.p, Number(onTwo.pairs[0]?.overBoth.value?.p));
  expect(pairOf(pairs, 'full', 'weak')).toMatchObject({ seeds: [], effect: { reason: 'no seed in common' } });
});

test('an undefined metric is a reason, not a number', () => {
  const scores = made({ measure: 'pearson' });
  const [full, ...others] = scores.methods as [MethodScores, ...MethodScores[]];
  const [first, ...rest] = full.runs;
  const constant = { seed: 0, value: null, predictions: first?.predictions.map((each) => each.map(() => 1)) ?? [] };
  const { methods, pairs } = few(withMethods(scores, [{ ...full, runs: [constant, ...rest] }, ...others]));
  const none = { value: null, reason: 'pearson is undefined for seed 0' };
  expect(methods[0]).toMatchObject({ mean: none, overBoth: none });
  expect(pairOf(pairs, 'full', 'lora')).toMatchObject({ effect: none, examplesTest: none });
  expect(pairOf(pairs, 'lora', 'weak').overBoth.value).not.toBeNull();
});

test('a metric that is undefined on many resamples has no error that they could tell', () => {
  const scores = made({ measure: 'pearson', examples: 60, rates: { full: 0.9, lora: 0.8 } });
  const [full, lora] = scores.methods as [MethodScores, MethodScores];
  // All alike but for one example, which two resamples of five are without.
  const nearly = Float64Array.from({ length: 60 }, (_, i) => Number(i === 3));
  const run = {
    seed: 0,
    value: METRICS.pearson([...nearly], [...(scores.sets[0]?.labels ?? [])]),
    predictions: [nearly],
  };
  const { pairs } = few(withMethods(scores, [{ ...full, runs: [run, ...full.runs.slice(1)] }, lora]));
  expect(pairs[0]?.overBoth.reason).toMatch(/^pearson of seed 0 is undefined on 3\d % of resampled examples$/);
});

test('examples vary a mean by their own variance, however few a set has', () => {
  const [sets, size] = [40, 4];
  const stream = streamsOf(3)('sets');
  const labels = Array.from({ length: sets }, () => Float64Array.from({ length: size }, () => stream.integer(2)));
  const right = labels.map((own) => Float64Array.from(own, () => Number(stream.integer(3) > 0)));
  const predictions = labels.map((own, k) => own.map((y, i) => (right[k]?.[i] === 1 ? y : 1 - y)));
  const value = right.flatMap((own) => [...own]).reduce((sum, each) => sum + each, 0) / (sets * size);
  // The variance of a mean over strata of equal sizes (Cochran, 1977, section 5.4).
  const varianceOf = (own: Float64Array) => {
    const centre = own.reduce((sum, each) => sum + each, 0) / size;
    return own.reduce((sum, each) => sum + (each - centre) ** 2, 0) / (size - 1);
  };
  const expected = right.reduce((sum, own) => sum + varianceOf(own) / size, 0) / sets ** 2;
  const runs = [0, 1].map((seed) => ({ seed, value, predictions }));
  const scores: TaskScores = {
    ...{ model: 'm', task: 'sets', metric: 'accuracy', measure: 'accuracy', overall: 'mean' },
    sets: labels.map((own, k) => ({ name: `set ${k}`, ids: [...own.keys()].map(String), labels: own })),
    methods: [{ label: 'a', runs }],
  };
  const shares = compareTask(scores).methods[0]?.overBoth.value?.shares;
  expect(shares).toMatchObject({ seeds: 0, together: 0 });
  // Four deviations of a variance that 10,000 resamples tell.
  expect(Math.abs(Number(shares?.examples) / expected - 1)).toBeLessThan(4 * Math.sqrt(2 / 10_000));
});

test('runs that are the same in all have no difference to test', () => {
  const scores = made();
  const [full] = scores.methods as [MethodScores];
  const { pairs } = few(withMethods(scores, [full, { ...full, label: 'again' }]));
  expect(pairs[0]).toMatchObject({
    effect: { value: 0 },
    overBoth: { value: null, reason: 'nothing varies over seeds and examples' },
    examplesTest: { value: { p: 1 } },
  });
});

describe('a study', () => {
  const tasks = [
    made(),
    made({ task: 'u', measure: 'matthews' }),
    made({ task: 'v', rates: { full: 0.8, lora: 0.8, weak: 0.8 } }),
  ];
  const study = compareStudy(tasks, 'full');

  test('adjusts over all pairs of all tasks', () => {
    const pairs = study.tasks.flatMap((task) => task.pairs);
    expect(pairs).toHaveLength(9);
    const smallest = pairs.reduce((least, pair) =>
      Number(pair.overBoth.value?.p) < Number(least.overBoth.value?.p) ? pair : least,
    );
    expectNear(smallest.adjusted.overBoth.value, 9 * Number(smallest.overBoth.value?.p));
    for (const { overBoth, adjusted } of pairs) {
      expect(adjusted.overBoth.value).toBeGreaterThanOrEqual(Number(overBoth.value?.p));
    }
  });

  test('groups by letters what it does not tell apart, and calls none best that is not better than each', () => {
    expect(study.tasks[0]).toMatchObject({
      letters: [
        { label: 'full', letters: 'a' },
        { label: 'lora', letters: 'a' },
        { label: 'weak', letters: 'b' },
      ],
      best: null,
    });
    expect(study.tasks[2]?.letters.map(({ letters }) => letters)).toEqual(['a', 'a', 'a']);
    const apart = compareStudy([made({ rates: { weak: 0.6, full: 0.95 }, seeds: 5 })]);
    expect(apart.tasks[0]?.best).toBe('full');
  });

  test('over tasks, as scores are and normalised', () => {
    const [over] = study.overTasks;
    expect(over?.raw.tasks).toEqual(['t', 'u', 'v']);
    const normalised = over?.normalised.value?.methods.find(({ label }) => label === 'full');
    expect(normalised?.interquartileMean.value.value).toBeCloseTo(1, 1);
    expect(compareStudy(tasks).overTasks[0]?.normalised.reason).toBe('no method is named as the reference');
    expect(compareStudy(tasks, 'none').overTasks[0]?.normalised.reason).toBe('t: none has no score');
  });
});

test('accuracy as the mean of sets of unequal sizes is tested by permutations, of equal sizes exactly', () => {
  const sizes = (one: number, other: number): TaskScores => {
    const [a, b] = [made({ task: 'a', examples: one, seeds: 2 }), made({ task: 'b', examples: other, seeds: 2 })];
    const sets = [...a.sets, ...b.sets].map((set, i) => ({ ...set, name: String(i) }));
    const methods = a.methods.map(({ label, runs }, m) => ({
      label,
      runs: runs.map(({ seed, value, predictions }, s) => {
        const other = b.methods[m]?.runs[s];
        return {
          ...{ seed, value: (Number(value) + Number(other?.value)) / 2 },
          predictions: [...predictions, ...(other?.predictions ?? [])],
        };
      }),
    }));
    return { ...a, overall: 'mean', sets, methods };
  };
  const testOf = (scores: TaskScores) => few(scores).pairs[0]?.examplesTest.value;
  expect(testOf(sizes(60, 60))?.test).toBe('sign-flip');
  expect(testOf(sizes(60, 61))?.test).toBe('permutation');
});
