// Shares of the variance against statsmodels' analysis of variance, and resamples against scikit-learn's and SciPy's metrics.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { METRIC_NAMES, METRICS, type MetricName } from '../../harness/metrics/index.ts';
import { type Stream, streamsOf } from '../../harness/random/streams.ts';
import type { FlatScores } from '../../harness/stats/flat-scores.ts';
import { percentileInterval, stretchedPercentiles } from '../../harness/stats/hierarchical-bootstrap.ts';
import { resampleExamples } from '../../harness/stats/resample-examples.ts';
import { degreesOfFreedom, varianceShares } from '../../harness/stats/variance-shares.ts';
import { readFixture } from '../fixtures.ts';
import { expectNear } from './near.ts';

interface Fixture {
  readonly anova: readonly {
    readonly values: number[][];
    readonly seeds: number;
    readonly examples: number;
    readonly together: number;
  }[];
  readonly resampled: readonly {
    readonly measure: MetricName;
    readonly labels: number[];
    readonly runs: number[][];
    readonly values: number[];
    readonly resamples: number;
    readonly covariances: number[][];
  }[];
}

const { anova, resampled } = readFixture<Fixture>('stats/variances.json');
const meanOf = (values: ArrayLike<number>) => Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
const covarianceOf = (x: ArrayLike<number>, y: ArrayLike<number>) => {
  const [centreX, centreY] = [meanOf(x), meanOf(y)];
  return (
    Array.from(x).reduce((sum, value, i) => sum + (value - centreX) * ((y[i] as number) - centreY), 0) / (x.length - 1)
  );
};

test.each(anova)('shares of $values.length seeds are those of the analysis of variance', ({ values, ...wanted }) => {
  const examples = values[0]?.length ?? 0;
  const shares = varianceShares({
    estimates: values.map(meanOf),
    covariance: (s, t) => covarianceOf(values[s] as number[], values[t] as number[]) / examples,
  });
  for (const name of ['seeds', 'examples', 'together'] as const) expectNear(shares[name], Math.max(0, wanted[name]));
});

test('degrees of freedom are those of what varies', () => {
  expectNear(degreesOfFreedom({ seeds: 1, together: 2, examples: 0 }, 5, 99), 4);
  expectNear(degreesOfFreedom({ seeds: 0, together: 0, examples: 3 }, 5, 99), 99);
  // One example a set.
  expectNear(degreesOfFreedom({ seeds: 1, together: 0, examples: 0 }, 5, 0), 4);
  // Hillis (2007): (S - 1) ((a + b) / a)², where examples have no error of their own.
  expectNear(degreesOfFreedom({ seeds: 1, together: 1, examples: 6 }, 5, Infinity), 4 * (8 / 2) ** 2);
});

const flat = (measure: MetricName, labels: readonly number[], runs: readonly number[][]): FlatScores => {
  const parts = [{ start: 0, end: labels.length }];
  return {
    measure,
    labels: Float64Array.from(labels),
    runs: runs.map((run) => Float64Array.from(run)),
    sets: parts,
    parts,
  };
};

test.each(resampled)('resampled $measure varies as the reference does', ({ measure, labels, runs, ...wanted }) => {
  const values = resampleExamples(flat(measure, labels, runs), streamsOf(0)('examples'));
  for (const [i, x] of values.entries()) {
    for (const [j, y] of values.entries()) {
      const reference = wanted.covariances[i]?.[j] as number;
      const scale = Math.sqrt((wanted.covariances[i]?.[i] as number) * (wanted.covariances[j]?.[j] as number));
      // Of a covariance of n pairs the deviation is at most scale * sqrt(2 / n), and both are estimates.
      const error = scale * Math.sqrt(2 / wanted.resamples + 2 / x.length);
      expect(Math.abs(covarianceOf(x, y) - reference)).toBeLessThan(4 * error);
    }
  }
});

describe.each(METRIC_NAMES)('%s', (measure) => {
  const isScore = measure === 'pearson' || measure === 'spearman';
  const value = isScore
    ? fc.oneof(
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: -500, max: 500 }).map((n) => n / 100),
      )
    : fc.integer({ min: measure === 'f1' ? 0 : -1, max: measure === 'f1' ? 1 : 3 });
  const examples = fc.array(fc.tuple(value, value, value), { minLength: 1, maxLength: 25 });

  test('of every resample is what the metric gives of its examples, over one set or the mean of two', () => {
    fc.assert(
      fc.property(examples, fc.boolean(), fc.integer(), (rows, split, seed) => {
        const [labels, ...runs] = [0, 1, 2].map((column) => rows.map((row) => row[column] as number)) as number[][];
        const whole = { start: 0, end: rows.length };
        const middle = rows.length >> 1;
        const halves = [
          { start: 0, end: middle },
          { start: middle, end: rows.length },
        ];
        const parts = split && middle > 0 ? halves : [whole];
        const scores = { ...flat(measure, labels as number[], runs), sets: parts, parts };
        const values = resampleExamples(scores, streamsOf(seed)('x'), 7);
        const stream = streamsOf(seed)('x');
        for (let b = 0; b < 7; b++) {
          const drawn = parts.map(({ start, end }) => draw(start, end, stream));
          for (const [r, run] of runs.entries()) {
            const metrics = drawn.map((part) =>
              METRICS[measure](
                part.map((i) => run[i] as number),
                part.map((i) => (labels as number[])[i] as number),
              ),
            );
            const expected = meanOf(metrics.map((metric) => metric ?? Number.NaN));
            if (Number.isNaN(expected)) expect(values[r]?.[b]).toBeNaN();
            else expect(values[r]?.[b]).toBeCloseTo(expected, 9);
          }
        }
      }),
      { seed: 4, numRuns: 60 },
    );
  });
});

function draw(start: number, end: number, stream: Stream): number[] {
  return Array.from(
    { length: end - start },
    () => start + Math.floor((stream.word() >>> 0) * ((end - start) / 2 ** 32)),
  );
}

test('percentiles, stretched to a t interval, keep their shape', () => {
  const skewed = Float64Array.from({ length: 4001 }, (_, i) => ((i + 0.5) / 4001) ** 3);
  const { low, high } = percentileInterval(skewed.slice());
  const narrow = { low: 0.2, high: 0.3, standardError: 0.02, degreesOfFreedom: 9 };
  const stretched = stretchedPercentiles(skewed.slice(), 0.25, narrow);
  expect((stretched.high - 0.25) / (0.25 - stretched.low)).toBeCloseTo((high - 0.25) / (0.25 - low), 9);
  const wide = stretchedPercentiles(skewed.slice(), 0.25, { ...narrow, low: 0.15, high: 0.35 });
  expect(wide.high - 0.25).toBeCloseTo(2 * (stretched.high - 0.25), 9);
});
