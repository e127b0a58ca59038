// The runs of a task over one row of examples, all sets behind each other: what resampling works on.
import type { RunScores, TaskScores } from './scores.ts';

/** From `start` up to `end`, without it. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface FlatScores {
  readonly measure: TaskScores['measure'];
  /** [examples] */
  readonly labels: Float64Array;
  /** Of each run, [examples]. */
  readonly runs: readonly Float64Array[];
  /** The sets: examples are drawn from each apart. */
  readonly sets: readonly Range[];
  /** What the metric is the mean of: the sets, or all of them together. */
  readonly parts: readonly Range[];
}

export function flatten({ measure, overall, sets }: TaskScores, runs: readonly RunScores[]): FlatScores {
  const labels = joined(sets.map((set) => set.labels));
  let end = 0;
  const ranges = sets.map((set) => {
    const start = end;
    end += set.labels.length;
    return { start, end };
  });
  return {
    ...{ measure, labels, sets: ranges },
    runs: runs.map(({ predictions }) => joined(predictions)),
    parts: overall === 'mean' ? ranges : [{ start: 0, end }],
  };
}

function joined(arrays: readonly Float64Array[]): Float64Array {
  const [first] = arrays;
  if (first !== undefined && arrays.length === 1) return first;
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

/** Of the runs of A, and then those of B by the same seeds: the two of each seed. */
export function flatPairs({ runs }: FlatScores): (readonly [Float64Array, Float64Array])[] {
  const seeds = runs.length / 2;
  return runs.slice(0, seeds).map((run, s) => [run, runs[seeds + s] as Float64Array]);
}
