// What became of scores: paired where seeds and examples are the same, else by Welch's interval.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../../harness/metrics/index.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import { type ScoredMethod, changeOf } from '../../harness/stats/change.ts';
import { compareTask } from '../../harness/stats/compare-methods.ts';
import { welchInterval } from '../../harness/stats/welch.ts';

describe("Welch's interval", () => {
  /** Student's own data (1908), as R has them in `sleep`, and what R's `t.test(extra ~ group)` says of them. */
  const GROUPS = [
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
  ] as const;

  it('is that of R', () => {
    const { value } = welchInterval(...GROUPS);
    expect(value?.low).toBeCloseTo(-0.2054832, 6);
    expect(value?.high).toBeCloseTo(3.3654832, 6);
    expect(value?.degreesOfFreedom).toBeCloseTo(17.776, 3);
    expect(value?.p).toBeCloseTo(0.07939, 5);
  });

  it('is turned round with its sides, and has as many degrees of freedom as both where they are alike', () => {
    const sample = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(sample, sample, fc.double({ min: 1, max: 9, noNaN: true }), (one, other, shift) => {
        const there = welchInterval([...one, 20], [...other, 30]).value;
        const back = welchInterval([...other, 30], [...one, 20]).value;
        expect(there?.low).toBeCloseTo(-(back?.high ?? Number.NaN), 9);
        expect(there?.p).toBeCloseTo(back?.p ?? Number.NaN, 9);
        const moved = [...one, 20].map((value) => value + shift);
        expect(welchInterval([...one, 20], moved).value?.degreesOfFreedom).toBeCloseTo(2 * one.length, 6);
      }),
    );
  });

  it('is missing of one seed, and of seeds that do not differ', () => {
    expect(welchInterval([1], [1, 2]).reason).toBe('one seed has no spread over seeds');
    expect(welchInterval([1, 1], [2, 2]).reason).toBe('the seeds do not differ');
    expect(welchInterval([1, 1], [2, 2.5]).value?.degreesOfFreedom).toBe(1);
  });
});

/** A method of some seeds that is right on a share of 300 questions. */
function method(share: number, seeds: readonly number[], { name = 'm', questions = 300 } = {}): ScoredMethod {
  const labels = Float64Array.from({ length: questions }, (_, i) => i % 4);
  const runs = seeds.map((seed) => {
    const draw = streamsOf(seed)(name);
    const predictions = labels.map((label) => (draw.uniform(0, 1) < share ? label : (label + 1) % 4));
    return { seed, value: METRICS.accuracy([...predictions], [...labels]), predictions: [predictions] };
  });
  const sets = [{ name: 'validation', ids: [...labels.keys()].map(String), labels }];
  const scores = { model: 'm', task: 't', metric: 'accuracy', measure: 'accuracy', overall: 'first', sets } as const;
  const own = { label: name, runs };
  return { scores: { ...scores, methods: [own] }, method: own };
}

/** A method that is right on the first so many of 80 questions, one number a seed. */
function rightOn(label: string, counts: readonly number[]): ScoredMethod {
  const base = method(1, [...counts.keys()], { name: label, questions: 80 });
  const runs = base.method.runs.map((run, i) => {
    const right = counts[i] ?? 0;
    const predictions = base.scores.sets.map(({ labels }) => labels.map((of, at) => (at < right ? of : (of + 1) % 4)));
    return { ...run, value: right / 80, predictions };
  });
  return { scores: base.scores, method: { label, runs } };
}

const renamed = (set: ScoredMethod['scores']['sets'][number]) => ({ ...set, ids: set.ids.map((id) => `other ${id}`) });

describe('a change', () => {
  it('is paired where seeds and examples are the same, and then that of two methods of one study', () => {
    const [first, second] = [method(0.5, [0, 1, 2]), method(0.8, [0, 1, 2], { name: 'n' })];
    const change = changeOf(first, second, 500);
    const [pair] = compareTask(
      { ...first.scores, methods: [{ label: 'b', runs: second.method.runs }, first.method] },
      500,
    ).pairs;
    expect(change).toMatchObject({ design: 'paired', why: null, identical: false });
    expect(change.effect.value).toBeCloseTo(0.3, 1);
    expect([change.effect, change.interval, change.examplesTest]).toEqual([
      pair?.effect,
      pair?.overBoth,
      pair?.examplesTest,
    ]);
    expect(change.interval.value?.p).toBeLessThan(0.05);
  });

  it('is none where every prediction is the same', () => {
    const first = method(0.5, [0, 1]);
    expect(changeOf(first, method(0.5, [0, 1]))).toMatchObject({ identical: true, effect: { value: 0 } });
  });

  it('is not paired where seeds or examples are others, and says which', () => {
    const first = method(0.5, [0, 1, 2]);
    const seeds = changeOf(first, method(0.8, [3, 4, 5, 6]));
    expect(seeds).toMatchObject({ design: 'unpaired', why: 'seeds 0, 1, 2 and 3, 4, 5, 6' });
    const values = [first, method(0.8, [3, 4, 5, 6])].map(({ method: { runs } }) =>
      runs.map(({ value }) => value ?? 0),
    );
    expect(seeds.interval).toEqual(welchInterval(values[0] ?? [], values[1] ?? []));
    const examples = changeOf(first, method(0.8, [0, 1, 2], { questions: 299 }));
    expect(examples).toMatchObject({ design: 'unpaired', why: 'scored on other examples' });
    expect(examples.examplesTest.reason).toBe('the runs are not paired');
  });

  it('of other examples varies by them however alike the seeds are: two shares of 80 questions hardly differ by 5 points', () => {
    const [first, second] = [0, 4].map((more) =>
      rightOn(
        'a',
        [24, 24, 24, 24, 25].map((count) => count + more),
      ),
    );
    if (first === undefined || second === undefined) throw new Error('no two methods');
    const other = { ...second, scores: { ...second.scores, sets: second.scores.sets.map(renamed) } };
    const { effect, interval, why } = changeOf(first, other);
    expect([why, effect.value]).toEqual(['scored on other examples', expect.closeTo(0.05, 12)]);
    // Of a binomial share p of n questions p (1 - p) / n, both added up.
    const variance = (0.3 * 0.7 + 0.35 * 0.65) / 80;
    expect(interval.value?.standardError).toBeCloseTo(Math.sqrt(variance), 2);
    expect(interval.value?.p).toBeGreaterThan(0.3);
    // As many as both sides have questions, nearly: what seeds do is little.
    expect(interval.value?.degreesOfFreedom).toBeGreaterThan(100);
    const turned = changeOf(other, first).interval.value;
    expect(turned?.low).toBeCloseTo(-(interval.value?.high ?? Number.NaN), 12);
    const one = { ...other, method: { ...other.method, runs: other.method.runs.slice(0, 1) } };
    expect(changeOf(first, one).interval.reason).toBe('one seed has no spread over seeds');
  });

  it('is not known between metrics, and of one seed has the test of these runs alone', () => {
    const first = method(0.5, [0]);
    const other = { ...first, scores: { ...first.scores, metric: 'f1' } };
    expect(changeOf(first, other)).toMatchObject({ design: null, effect: { reason: 'scored by accuracy and by f1' } });
    const one = changeOf(first, method(0.8, [0], { name: 'n' }));
    expect(one.interval.reason).toBe('one seed has no spread over seeds');
    expect(one.examplesTest.value?.test).toBe('mcnemar');
  });
});
