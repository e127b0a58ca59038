// Metrics as functions of sums over examples, so that they are cheap to compute again on thousands of resamples.
import type { MetricName } from '../metrics/index.ts';

/** Of a column, one number an example; a metric is a function of the columns' sums. */
export interface SummedMetric {
  /**
   * Of a run's predictions: as many columns for each run.
   * @param exchanged the runs that predictions are exchanged with, itself among them: their columns share a scale
   */
  columns(predictions: Float64Array, exchanged: readonly Float64Array[]): Float64Array[];
  /** Of the labels. */
  readonly shared: readonly Float64Array[];
  /** Whether all columns hold 0 and 1 only. */
  readonly counts: boolean;
  /**
   * NaN where the metric is undefined.
   * @param sums those of the columns, from `at` on
   * @param shared those of the labels' columns
   * @param n examples summed over
   */
  of(sums: Float64Array, at: number, shared: Float64Array, n: number): number;
}

export type SummedName = Exclude<MetricName, 'spearman'>;

/** Values as harness/metrics gives them. @param runs all that are looked at: of their classes Matthews' columns are made */
export function summedMetric(name: SummedName, labels: Float64Array, runs: readonly Float64Array[]): SummedMetric {
  return MAKERS[name](labels, runs);
}

const MAKERS: Readonly<Record<SummedName, (labels: Float64Array, runs: readonly Float64Array[]) => SummedMetric>> = {
  accuracy: (labels) => ({
    columns: (predictions) => [rightOf(predictions, labels)],
    shared: [],
    counts: true,
    of: (sums, at, _shared, n) => (sums[at] as number) / n,
  }),

  /** Columns: true positives, predicted positives; actual positives. */
  f1: (labels) => ({
    columns: (predictions) => [
      predictions.map((prediction, i) => Number(prediction === 1 && labels[i] === 1)),
      ofClass(predictions, 1),
    ],
    shared: [ofClass(labels, 1)],
    counts: true,
    of(sums, at, shared) {
      const positives = (sums[at + 1] as number) + (shared[0] as number);
      return positives === 0 ? 0 : (2 * (sums[at] as number)) / positives;
    },
  }),

  /** Columns: right, then predicted of each class but the last; actual of each class but the last. */
  matthews(labels, runs) {
    const classes = [...new Set([...labels, ...runs.flatMap((run) => [...new Set(run)])])].sort((a, b) => a - b);
    const told = classes.slice(0, -1);
    return {
      columns: (predictions) => [rightOf(predictions, labels), ...told.map((each) => ofClass(predictions, each))],
      shared: told.map((each) => ofClass(labels, each)),
      counts: true,
      of(sums, at, shared, n) {
        let [restPredicted, restActual] = [n, n];
        let [chance, predictedSquares, actualSquares] = [0, 0, 0];
        for (let k = 0; k < shared.length; k++) {
          const predicted = sums[at + 1 + k] as number;
          const actual = shared[k] as number;
          restPredicted -= predicted;
          restActual -= actual;
          chance += predicted * actual;
          predictedSquares += predicted * predicted;
          actualSquares += actual * actual;
        }
        chance += restPredicted * restActual;
        predictedSquares += restPredicted * restPredicted;
        actualSquares += restActual * restActual;
        const variance = (n * n - predictedSquares) * (n * n - actualSquares);
        return variance === 0 ? 0 : ((sums[at] as number) * n - chance) / Math.sqrt(variance);
      },
    };
  },

  /** Columns: x, x², xy; y, y². Both about their means and in deviations, which leaves the correlation and its digits. */
  pearson(labels) {
    const y = standardised(labels, [labels]);
    return {
      columns(predictions, exchanged) {
        const x = standardised(predictions, exchanged);
        return [x, x.map((value) => value * value), x.map((value, i) => value * (y[i] as number))];
      },
      shared: [y, y.map((value) => value * value)],
      counts: false,
      of(sums, at, shared, n) {
        const [sumX, sumY] = [sums[at] as number, shared[0] as number];
        const squaresX = (sums[at + 1] as number) - (sumX * sumX) / n;
        const squaresY = (shared[1] as number) - (sumY * sumY) / n;
        // Of values of deviation 1, less is what rounding leaves of equal ones.
        if (squaresX < n * ROUNDING || squaresY < n * ROUNDING) return Number.NaN;
        const products = (sums[at + 2] as number) - (sumX * sumY) / n;
        return Math.max(-1, Math.min(1, products / Math.sqrt(squaresX * squaresY)));
      },
    };
  },
};

const ROUNDING = 1e-12;

function rightOf(predictions: Float64Array, labels: Float64Array): Float64Array {
  return predictions.map((prediction, i) => Number(prediction === labels[i]));
}

function ofClass(values: Float64Array, wanted: number): Float64Array {
  return values.map((value) => Number(value === wanted));
}

/** About the mean of `all`, in their standard deviations; about the mean alone where they do not differ. */
function standardised(values: Float64Array, all: readonly Float64Array[]): Float64Array {
  const pooled = all.flatMap((each) => [...each]);
  const largest = pooled.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  const mean = pooled.reduce((sum, value) => sum + value / largest, 0) / pooled.length;
  const squares = pooled.reduce((sum, value) => sum + (value / largest - mean) ** 2, 0);
  const deviation = squares > 0 ? Math.sqrt(squares / pooled.length) : 1;
  return values.map((value) => (value / largest - mean) / deviation);
}
