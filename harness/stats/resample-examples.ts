// Every run's metric on resampled examples, which are the same ones for all runs: so that differences are paired.
import type { Stream } from '../random/streams.ts';
import type { FlatScores, Range } from './flat-scores.ts';
import { packColumns } from './packed-columns.ts';
import { rankMetric } from './rank-metric.ts';
import { type SummedName, summedMetric } from './summed-metric.ts';
import { type OnWeights, TILE, tilesOf, weightedSums } from './weighted-sums.ts';

/** Resamples of each kind. */
export const RESAMPLES = 10_000;

/**
 * Of each run [resamples]: its metric on as many examples, drawn with replacement from each set (Efron and Tibshirani, 1993,
 * chapter 6). NaN where the metric is undefined on a resample, as of a correlation with equal values.
 */
export function resampleExamples(scores: FlatScores, stream: Stream, resamples = RESAMPLES): Float64Array[] {
  const { sets, parts, runs, labels, measure } = scores;
  const onWeights = measure === 'spearman' ? rankMetric(scores) : onSums(scores, measure);
  const weights = new Float64Array(TILE * labels.length);
  const ofPart = tileOf(runs.length);
  const values = runs.map(() => new Float64Array(resamples));
  for (let first = 0; first < resamples; first += TILE) {
    weights.fill(0);
    for (let w = 0; w < TILE; w++) drawWeights(sets, stream, weights, w);
    for (let part = 0; part < parts.length; part++) {
      onWeights(weights, part, ofPart);
      for (let b = first; b < Math.min(first + TILE, resamples); b++) {
        const ofRuns = ofPart[b - first] as Float64Array;
        for (let r = 0; r < runs.length; r++) {
          const own = values[r] as Float64Array;
          own[b] = (own[b] as number) + (ofRuns[r] as number) / parts.length;
        }
      }
    }
  }
  return values;
}

/** Counts in the w-th weights how often each example is drawn: from each set as many times as it has examples. */
function drawWeights(sets: readonly Range[], stream: Stream, weights: Float64Array, w: number): void {
  for (const { start, end } of sets) {
    const share = (end - start) / 2 ** 32;
    for (let i = start; i < end; i++) {
      const drawn = TILE * (start + (((stream.word() >>> 0) * share) | 0)) + w;
      weights[drawn] = (weights[drawn] as number) + 1;
    }
  }
}

function onSums({ labels, runs, parts }: FlatScores, name: SummedName): OnWeights {
  const metric = summedMetric(name, labels, runs);
  const ofRuns = runs.map((run) => metric.columns(run, [run]));
  const each = ofRuns[0]?.length ?? 0;
  const largest = parts.reduce((most, { start, end }) => Math.max(most, end - start), 0);
  const packed = packColumns([...metric.shared, ...ofRuns.flat()], metric.counts, largest);
  const tiles = tilesOf(packed.columns);
  const packedSums = tileOf(TILE * tiles.length);
  const sums = new Float64Array(metric.shared.length + each * runs.length);
  const shared = sums.subarray(0, metric.shared.length);
  return (weights, part, into) => {
    const { start, end } = parts[part] as Range;
    weightedSums(weights, tiles, start, end, packedSums);
    for (const [w, ofPacked] of packedSums.entries()) {
      const values = into[w] as Float64Array;
      packed.unpack(ofPacked.subarray(0, packed.columns.length), sums);
      for (let r = 0; r < runs.length; r++) values[r] = metric.of(sums, shared.length + r * each, shared, end - start);
    }
  };
}

function tileOf(length: number): Float64Array[] {
  return Array.from({ length: TILE }, () => new Float64Array(length));
}
