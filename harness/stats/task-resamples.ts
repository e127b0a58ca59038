// All resamples of a task, made once, from which every method's and every pair's error follows.
import type { Streams } from '../random/streams.ts';
import type { Uncertainty } from './comparison.ts';
import { flatten } from './flat-scores.ts';
import { drawSeeds, hierarchicalMeans, stretchedPercentiles } from './hierarchical-bootstrap.ts';
import { RESAMPLES, resampleExamples } from './resample-examples.ts';
import type { RunScores, TaskScores } from './scores.ts';
import { type Known, known, missing } from './summary.ts';
import { intervalOverBoth, type SeedEstimates, varianceShares } from './variance-shares.ts';

/** Undefined on more resamples than that, a metric has no error that they could tell. */
const MOST_UNDEFINED = 0.01;

/** Runs of one method, or of two by the same seeds, which are compared. */
export interface ComparedRuns {
  readonly seeds: readonly number[];
  readonly runs: readonly RunScores[];
  /** Taken from them. */
  readonly minus: readonly RunScores[] | null;
}

export interface TaskResamples {
  /** Of the mean over two seeds or more, all of whose runs have a value. */
  uncertaintyOf(compared: ComparedRuns): Known<Uncertainty>;
}

/** @param runs all that are asked about, each with a value */
export function resampleTask(
  scores: TaskScores,
  runs: readonly RunScores[],
  streams: Streams,
  resamples = RESAMPLES,
): TaskResamples {
  const values = resampleExamples(flatten(scores, runs), streams('examples'), resamples);
  const undefinedShares = values.map(fillUndefined);
  const centred = values.map(centre);
  const index = new Map(runs.map((run, i) => [run, i]));
  const at = <T>(all: readonly T[], run: RunScores) => all[index.get(run) as number] as T;
  const examples = scores.sets.reduce((sum, { labels }) => sum + labels.length, 0);
  const examplesFreedom = examples - scores.sets.length;
  // Resamples of n examples spread by n - 1 parts of n (Efron and Tibshirani, 1993, section 5.3): by as much it is scaled, as
  // for sets of equal sizes. One example a set does not spread at all.
  const unbiased = (examplesFreedom === 0 ? 1 : examples / examplesFreedom) / (resamples - 1);
  const covariances = remembered((i: number, j: number) => dot(centred[i] as Float64Array, centred[j] as Float64Array));
  const covarianceOf = (one: RunScores, other: RunScores) => {
    const [i, j] = [index.get(one) as number, index.get(other) as number];
    return unbiased * covariances(Math.min(i, j), Math.max(i, j));
  };
  const seedDraws = new Map<string, Int32Array>();
  const drawsOf = (seeds: readonly number[]) => {
    const key = seeds.join(',');
    const drawn = seedDraws.get(key) ?? drawSeeds(seeds.length, resamples, streams(`seeds ${key}`));
    seedDraws.set(key, drawn);
    return drawn;
  };
  const means = new Map<string, Float64Array>();
  const meansOf = (seeds: readonly number[], some: readonly RunScores[]) => {
    const key = some.map((run) => index.get(run)).join(',');
    const made =
      means.get(key) ??
      hierarchicalMeans(
        some.map((run) => at(values, run)),
        drawsOf(seeds),
      );
    means.set(key, made);
    return made;
  };

  return {
    uncertaintyOf({ seeds, runs: some, minus }) {
      for (const run of [...some, ...(minus ?? [])]) {
        const share = at(undefinedShares, run);
        if (share > MOST_UNDEFINED) return missing(undefinedReason(scores.metric, run.seed, share));
      }
      const estimates = seedEstimates(some, minus, covarianceOf);
      const mean = estimates.estimates.reduce((sum, value) => sum + value, 0) / seeds.length;
      const shares = varianceShares(estimates);
      const interval = intervalOverBoth(mean, shares, seeds.length, examplesFreedom);
      if (interval === undefined) return missing('nothing varies over seeds and examples');
      const own = meansOf(seeds, some);
      const other = minus && meansOf(seeds, minus);
      const resampled = own.map((value, b) => value - (other?.[b] ?? 0));
      return known({
        ...interval,
        shares,
        examplesFreedom,
        bootstrap: stretchedPercentiles(resampled, mean, interval),
      });
    },
  };
}

function seedEstimates(
  runs: readonly RunScores[],
  minus: readonly RunScores[] | null,
  covarianceOf: (one: RunScores, other: RunScores) => number,
): SeedEstimates {
  const run = (s: number) => runs[s] as RunScores;
  if (minus === null) {
    return {
      estimates: runs.map(({ value }) => Number(value)),
      covariance: (s, t) => covarianceOf(run(s), run(t)),
    };
  }
  const other = (s: number) => minus[s] as RunScores;
  return {
    estimates: runs.map(({ value }, s) => Number(value) - Number(other(s).value)),
    covariance: (s, t) =>
      covarianceOf(run(s), run(t)) +
      covarianceOf(other(s), other(t)) -
      covarianceOf(run(s), other(t)) -
      covarianceOf(other(s), run(t)),
  };
}

/** Puts the mean of the others in the place of each NaN. Gives the share of NaN. */
function fillUndefined(values: Float64Array): number {
  const defined = values.filter((value) => !Number.isNaN(value));
  if (defined.length === values.length) return 0;
  const mean = defined.reduce((sum, value) => sum + value, 0) / defined.length;
  for (const [b, value] of values.entries()) if (Number.isNaN(value)) values[b] = mean;
  return 1 - defined.length / values.length;
}

function undefinedReason(metric: string, seed: number, share: number): string {
  return `${metric} of seed ${seed} is undefined on ${(100 * share).toFixed(0)} % of resampled examples`;
}

function centre(values: Float64Array): Float64Array {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.map((value) => value - mean);
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] as number) * (y[i] as number);
  return sum;
}

function remembered(of: (i: number, j: number) => number): (i: number, j: number) => number {
  const known = new Map<string, number>();
  return (i, j) => {
    const key = `${i} ${j}`;
    const value = known.get(key) ?? of(i, j);
    known.set(key, value);
    return value;
  };
}
