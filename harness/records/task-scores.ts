// From records and the predictions beside them to what methods are compared by: each task's scored examples, run by run.
import { groupBy } from '../contracts/group-by.ts';
import type { MetricName } from '../metrics/index.ts';
import { OVERALL, type Overall } from '../metrics/over-sets.ts';
import type { ScoreName } from '../metrics/score-predictions.ts';
import type { RunScores, TaskScores } from '../stats/scores.ts';
import { readPredictions } from './predictions.ts';
import { type ReadScores, scoresReader } from './read-scores.ts';
import type { CompletedRecord } from './schema.ts';
import { whyApart } from './together.ts';

/** A record as it was read from its file. */
export interface StoredRecord {
  readonly record: CompletedRecord;
  readonly file: string;
  /** What was read of its predictions already; they are read from beside the file where it is absent. */
  readonly scores?: ReadScores | undefined;
}

export interface ScoredTasks {
  /** By model and task, in the order in which records first have them. */
  readonly tasks: readonly TaskScores[];
  /** Runs that are in none of them, and why, a line each. */
  readonly leftOut: readonly string[];
}

/**
 * Of the final runs. Examples are in the order of their ids, alike in all runs of a task, whose runs are those that most of
 * them agree with on examples, labels, metric and how it is taken over sets. Methods are in the order in which records first
 * have them.
 */
export function taskScores(stored: readonly StoredRecord[]): ScoredTasks {
  const finals = stored.filter(({ record }) => record.config.purpose === 'final');
  const leftOut: string[] = [];
  const read = scoresReader();
  const leaveOut = ({ record }: StoredRecord, why: string) => leftOut.push(`${nameOf(record)}: ${why}`);
  const tasks = grouped(finals, ({ record }) => `${record.model.name}\n${record.config.task.id}`).flatMap((own) => {
    const alike = grouped(own, ({ record }) => record.config.method.label).flatMap((ofRow) => {
      // As the tables have it: seeds that have no mean together are not compared by one.
      const why = whyApart(ofRow.map(({ record }) => record));
      if (why !== undefined) for (const run of ofRow) leaveOut(run, why);
      return why === undefined ? ofRow : [];
    });
    const runs = alike.flatMap((each): ReadRun[] => {
      const scores = each.scores ?? read(each.record, readPredictions(each.file));
      if (scores !== undefined) return [{ ...each, ...scores }];
      leaveOut(each, `${each.record.metrics.primary.name} is not computed from predictions`);
      return [];
    });
    // As other runs tell it, else the first way that fits all that do not tell.
    const told = runs.flatMap(({ ways }) => (ways.length === 1 ? ways : []));
    const untold = [...told, ...OVERALL].find((way) => runs.every(({ ways }) => ways.length < 2 || ways.includes(way)));
    const scored = runs.flatMap((run) => {
      const overall = run.ways.length > 1 ? untold : run.ways[0];
      if (overall !== undefined) return [scoredRun(run, overall)];
      leaveOut(run, `how ${run.metric} is taken over its sets is not told`);
      return [];
    });
    const [most = [], ...others] = grouped(scored, ({ key }) => key).toSorted((x, y) => y.length - x.length);
    const [first] = most;
    if (first === undefined) return [];
    for (const run of others.flat()) leaveOut(run, differenceText(textOf(run), textOf(first)));
    return [taskOf(most, leaveOut)];
  });
  return { tasks, leftOut };
}

type ReadRun = StoredRecord & ReadScores;

interface ScoredRun extends ReadRun {
  readonly overall: Overall;
  /** The same of runs that can be compared. */
  readonly key: string;
}

type LeaveOut = (run: StoredRecord, why: string) => void;

const MEASURES: Readonly<Record<ScoreName, MetricName>> = {
  accuracy: 'accuracy',
  f1: 'f1',
  matthews: 'matthews',
  pearson: 'pearson',
  spearman: 'spearman',
  acc: 'accuracy',
  acc_norm: 'accuracy',
};

function scoredRun(run: ReadRun, overall: Overall): ScoredRun {
  const sets = overall === 'first' ? run.sets.slice(0, 1) : run.sets;
  return { ...run, overall, sets, key: [run.metric, overall, ...sets.map(({ key }) => key)].join() };
}

function taskOf(runs: readonly ScoredRun[], leaveOut: LeaveOut): TaskScores {
  const [{ record, metric, overall, sets }] = runs as [ScoredRun];
  return {
    ...{ model: record.model.name, task: record.config.task.id, metric, measure: MEASURES[metric], overall },
    sets: sets.map(({ examples }) => examples),
    methods: grouped(runs, (run) => run.record.config.method.label).map((own) => ({
      label: (own[0] as ScoredRun).record.config.method.label,
      runs: onePerSeed(own, leaveOut),
    })),
  };
}

/** By seed, rising; of several runs of a seed the first. */
function onePerSeed(runs: readonly ScoredRun[], leaveOut: LeaveOut): RunScores[] {
  return grouped(runs, ({ record }) => String(record.seed))
    .map(([first, ...again]) => {
      for (const run of again) leaveOut(run, 'another run has this method and seed');
      const { record, sets } = first as ScoredRun;
      const predictions = sets.map((set) => set.predictions);
      return { seed: record.seed, value: record.metrics.primary.value, predictions };
    })
    .sort((a, b) => a.seed - b.seed);
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  return [...groupBy(items, keyOf).values()];
}

/** `m, lora, glue/cola, seed 0` */
function nameOf({ config, seed }: CompletedRecord): string {
  return `${config.model}, ${config.method.label}, ${config.task.id}, seed ${seed}`;
}

/** Sets of the same sizes may still hold other examples. */
function differenceText(own: string, most: string): string {
  return `scored on ${own}, which is not what most runs were: ${most}${own === most ? ', other examples or labels' : ''}`;
}

/** More sets than that are not named one by one. */
const MOST_NAMED = 4;

/** `accuracy of validation 408` */
function textOf({ metric, sets }: ScoredRun): string {
  const sizes = sets.map(({ examples: { name, ids } }) => ({ name, size: ids.length }));
  if (sizes.length <= MOST_NAMED) return `${metric} of ${sizes.map(({ name, size }) => `${name} ${size}`).join(', ')}`;
  return `${metric} of ${sizes.length} sets, ${sizes.reduce((sum, { size }) => sum + size, 0)} examples in all`;
}
