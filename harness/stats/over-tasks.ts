// Methods over several tasks: interquartile mean, performance profile and mean rank (Agarwal et al., 2021).
import { averageRanks } from '../metrics/spearman.ts';
import type { Streams } from '../random/streams.ts';
import type { Estimate, MethodOverTasks, ScoresOverTasks } from './comparison.ts';
import { percentileInterval } from './hierarchical-bootstrap.ts';
import { RESAMPLES } from './resample-examples.ts';
import { figure, known, mean, missing } from './summary.ts';

/** Of a method, its runs' scores on each task; null where it has none. */
export interface ScoresByTask {
  readonly label: string;
  readonly tasks: readonly (readonly number[] | null)[];
}

type Complete = ScoresByTask & { readonly tasks: readonly (readonly number[])[] };

/** Thresholds of a profile, from the lowest score to the highest. */
const THRESHOLDS = 51;

/**
 * A method without scores on a task has none over tasks. Ranks are among the methods that have scores on all.
 * @param tasks their names, two or more for ranks over resampled ones
 */
export function overTasks(
  tasks: readonly string[],
  methods: readonly ScoresByTask[],
  streams: Streams,
): ScoresOverTasks {
  const complete = methods.filter((method): method is Complete => method.tasks.every((scores) => scores !== null));
  const thresholds = thresholdsOf(complete);
  const ranks = meanRanks(complete, tasks.length, streams);
  return {
    tasks,
    thresholds,
    methods: methods.map((method): MethodOverTasks => {
      const index = complete.findIndex(({ label }) => label === method.label);
      const scores = complete[index]?.tasks;
      if (scores === undefined) return withoutScores(method, tasks);
      return {
        label: method.label,
        interquartileMean: interquartileMeanOver(scores, streams),
        profile: known(thresholds.map((threshold) => profileAt(scores, threshold))),
        ...(ranks[index] as Pick<MethodOverTasks, 'meanRank' | 'first'>),
      };
    }),
  };
}

/**
 * The mean of the middle half: the lowest and the highest floor(n / 4) are left out, as by scipy's `trim_mean`.
 * @param values sorted in place
 */
export function interquartileMean(values: Float64Array): number {
  values.sort();
  const cut = Math.floor(values.length / 4);
  const middle = values.subarray(cut, values.length - cut);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

/** Seeds are drawn from each task apart, and anew: its methods' seeds are not paired here. */
function interquartileMeanOver(tasks: readonly (readonly number[])[], streams: Streams): Estimate {
  const value = figure(interquartileMean(Float64Array.from(tasks.flat())));
  if (tasks.every(({ length }) => length < 2)) return { value, interval: missing('one seed a task has no spread') };
  const stream = streams('seeds of tasks');
  const drawn = new Float64Array(tasks.flat().length);
  const resampled = Float64Array.from({ length: RESAMPLES }, () => {
    let at = 0;
    for (const scores of tasks) {
      for (let s = 0; s < scores.length; s++) drawn[at++] = scores[stream.integer(scores.length)] as number;
    }
    return interquartileMean(drawn);
  });
  return { value, interval: known(percentileInterval(resampled)) };
}

/** The share of a task's runs above the threshold, on average over the tasks. */
function profileAt(tasks: readonly (readonly number[])[], threshold: number): number {
  const shares = tasks.map((scores) => scores.filter((score) => score > threshold).length / scores.length);
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

function thresholdsOf(methods: readonly Complete[]): number[] {
  const all = methods.flatMap(({ tasks }) => tasks.flat());
  if (all.length === 0) return [];
  const low = all.reduce((least, score) => Math.min(least, score));
  const high = all.reduce((most, score) => Math.max(most, score));
  return Array.from({ length: THRESHOLDS }, (_, i) => low + ((high - low) * i) / (THRESHOLDS - 1));
}

/** Ranks of the means on each task, 1 the best; and how they do on tasks drawn anew with replacement. */
function meanRanks(
  methods: readonly Complete[],
  tasks: number,
  streams: Streams,
): Pick<MethodOverTasks, 'meanRank' | 'first'>[] {
  // [tasks][methods]
  const ranks = Array.from({ length: tasks }, (_, t) =>
    averageRanks(methods.map((method) => -Number(mean(method.tasks[t] as readonly number[]).value))),
  );
  const stream = streams('tasks');
  const resampled = methods.map(() => new Float64Array(RESAMPLES));
  const first = methods.map(() => 0);
  for (let b = 0; b < RESAMPLES; b++) {
    const drawn = Array.from({ length: tasks }, () => ranks[stream.integer(tasks)] as readonly number[]);
    const sums = methods.map((_, m) => drawn.reduce((sum, ofTask) => sum + (ofTask[m] as number), 0));
    const least = Math.min(...sums);
    const best = sums.filter((sum) => sum === least).length;
    for (const [m, sum] of sums.entries()) {
      (resampled[m] as Float64Array)[b] = sum / tasks;
      if (sum === least) first[m] = (first[m] as number) + 1 / best / RESAMPLES;
    }
  }
  const one = missing('one task has no other tasks to be drawn');
  return methods.map((_, m) => ({
    meanRank: {
      value: mean(ranks.map((ofTask) => ofTask[m] as number)),
      interval: tasks < 2 ? one : known(percentileInterval(resampled[m] as Float64Array)),
    },
    first: tasks < 2 ? one : figure(first[m] as number),
  }));
}

function withoutScores({ label, tasks: own }: ScoresByTask, tasks: readonly string[]): MethodOverTasks {
  const none = missing(`no score on ${tasks.filter((_, t) => own[t] === null).join(', ')}`);
  const estimate = { value: none, interval: none };
  return { label, interquartileMean: estimate, profile: none, meanRank: estimate, first: none };
}
