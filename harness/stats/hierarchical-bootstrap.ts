// The hierarchical paired bootstrap: seeds are drawn, then examples, the same of both for all methods (Bouthillier et al., 2021).
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import type { Stream } from '../random/streams.ts';
import type { Interval, MeanInterval } from './comparison.ts';

/** [resamples, seeds]: of each resample as many seeds as there are, by their index, drawn with replacement. */
export function drawSeeds(seeds: number, resamples: number, stream: Stream): Int32Array {
  return Int32Array.from({ length: seeds * resamples }, () => Math.floor((stream.word() >>> 0) * (seeds / 2 ** 32)));
}

/**
 * Of a method [resamples]: the mean over the drawn seeds of the metric on the drawn examples.
 * @param ofSeeds of each seed's run, the metric on every resample of examples
 */
export function hierarchicalMeans(ofSeeds: readonly Float64Array[], draws: Int32Array): Float64Array {
  const seeds = ofSeeds.length;
  const means = new Float64Array(draws.length / seeds);
  for (let b = 0; b < means.length; b++) {
    let sum = 0;
    for (let i = b * seeds; i < (b + 1) * seeds; i++) sum += (ofSeeds[draws[i] as number] as Float64Array)[b] as number;
    means[b] = sum / seeds;
  }
  return means;
}

/**
 * The 2.5 and 97.5 percentiles, stretched about the estimate. As they are, they are too near for few seeds, as the resamples
 * of S seeds spread by S - 1 parts of S and the percentiles of few values end early; and too far where seeds and examples
 * vary together, which each resample counts anew (Owen, 2007). So their distances from the estimate are multiplied by
 * what the t interval's half width is of 1.96 deviations of the resamples (Hesterberg, 2015, widens percentiles to the same
 * end): the shape is the bootstrap's, the width that of the error.
 * @param resampled sorted in place
 */
export function stretchedPercentiles(resampled: Float64Array, estimate: number, interval: MeanInterval): Interval {
  const deviation = deviationOf(resampled);
  if (deviation === 0) return { low: interval.low, high: interval.high };
  const stretch = (interval.high - interval.low) / 2 / (normalQuantile(0.975, 0, 1) * deviation);
  const { low, high } = percentileInterval(resampled);
  return { low: estimate + stretch * (low - estimate), high: estimate + stretch * (high - estimate) };
}

/** The 2.5 and 97.5 percentiles. @param values sorted in place */
export function percentileInterval(values: Float64Array): Interval {
  values.sort();
  return { low: quantileOf(values, 0.025), high: quantileOf(values, 0.975) };
}

/** Between the neighbours of (n - 1) p, in proportion (Hyndman and Fan, 1996, their seventh). */
function quantileOf(sorted: Float64Array, p: number): number {
  const at = (sorted.length - 1) * p;
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (at - Math.floor(at)) * (above - below);
}

function deviationOf(values: Float64Array): number {
  let mean = 0;
  for (const value of values) mean += value / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return Math.sqrt(squares / (values.length - 1));
}
