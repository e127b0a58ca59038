// From records and the predictions beside them to what methods are compared by: each task's scored examples, run by run.
import { sha256 } from '../contracts/attestation.ts';
import type { MetricName } from '../metrics/index.ts';
import { OVERALL, type Overall } from '../metrics/over-sets.ts';
import { isScoreName, type ScoreName, scorePredictions } from '../metrics/score-predictions.ts';
import type { RunScores, ScoredExamples, TaskScores } from '../stats/scores.ts';
import { readPredictions } from './predictions.ts';
import type { CompletedRecord, Prediction } from './schema.ts';

/** A record as it was read from its file. */
export interface StoredRecord {
  readonly record: CompletedRecord;
  readonly file: string;
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
  const tasks: TaskScores[] = [];
  const leftOut: string[] = [];
  for (const own of grouped(finals, ({ record }) => `${record.model.name}\n${record.config.task.id}`)) {
    const examples = new Map<string, Examples>();
    const read = own.flatMap((each) => {
      const run = readRun(each, examples);
      if (typeof run !== 'string') return [run];
      leftOut.push(`${nameOf(each.record)}: ${run}`);
      return [];
    });
    const alike = grouped(read, ({ key }) => key).toSorted((a, b) => b.length - a.length);
    const [most, ...others] = alike;
    if (most === undefined) continue;
    for (const { record, examples: on } of others.flat()) {
      leftOut.push(
        `${nameOf(record)}: scored on ${textOf(on)}, which is not what most runs were: ${textOf(most[0]?.examples)}`,
      );
    }
    tasks.push(taskOf(most, leftOut));
  }
  return { tasks, leftOut };
}

/** What runs must have alike to be compared. */
interface Examples {
  readonly metric: ScoreName;
  readonly overall: Overall;
  readonly sets: readonly ScoredExamples[];
}

interface ReadRun {
  readonly record: CompletedRecord;
  readonly examples: Examples;
  /** The same of runs with the same examples. */
  readonly key: string;
  readonly scores: RunScores;
}

const MEASURES: Readonly<Record<ScoreName, MetricName>> = {
  accuracy: 'accuracy',
  f1: 'f1',
  matthews: 'matthews',
  pearson: 'pearson',
  spearman: 'spearman',
  acc: 'accuracy',
  acc_norm: 'accuracy',
};

/** Why it cannot be compared, as text. @param known examples by key, each held once however many runs have them */
function readRun({ record, file }: StoredRecord, known: Map<string, Examples>): ReadRun | string {
  const { name: metric, value } = record.metrics.primary;
  if (!isScoreName(metric)) return `${metric} is not computed from predictions`;
  const predictions = readPredictions(file);
  const names = record.dataset.evaluation.scored?.map(({ set }) => set) ?? [
    ...new Set(predictions.map(({ set }) => set)),
  ];
  const overall = record.metrics.scoring?.overall ?? untoldOverall(predictions, metric, names, value);
  if (overall === undefined) return `how ${metric} is taken over its sets is not told`;
  const sets = (overall === 'first' ? names.slice(0, 1) : names).map((name) => ({
    name,
    lines: predictions.filter(({ set }) => set === name).sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id))),
  }));
  const key = sha256(
    JSON.stringify([metric, overall, sets.map(({ name, lines }) => [name, lines.map(({ id, label }) => [id, label])])]),
  );
  const examples = known.get(key) ?? {
    ...{ metric, overall },
    sets: sets.map(({ name, lines }) => ({
      name,
      ids: lines.map(({ id }) => id),
      labels: Float64Array.from(lines, ({ label }) => label),
    })),
  };
  known.set(key, examples);
  const predictionOf = ({ prediction, predictionNorm }: Prediction) =>
    metric === 'acc_norm' ? (predictionNorm ?? Number.NaN) : prediction;
  const scores = {
    ...{ seed: record.seed, value },
    predictions: sets.map(({ lines }) => Float64Array.from(lines, predictionOf)),
  };
  return { record, examples, key, scores };
}

/** Of a record that does not tell: the first way that gives its primary metric. */
function untoldOverall(
  predictions: readonly Prediction[],
  metric: ScoreName,
  names: readonly string[],
  value: number | null,
): Overall | undefined {
  return OVERALL.find((overall) => scorePredictions(predictions, [metric], names, { overall })[metric] === value);
}

function taskOf(runs: readonly ReadRun[], leftOut: string[]): TaskScores {
  const [{ record, examples }] = runs as [ReadRun];
  return {
    ...{ model: record.model.name, task: record.config.task.id, metric: examples.metric },
    ...{ measure: MEASURES[examples.metric], overall: examples.overall, sets: examples.sets },
    methods: grouped(runs, (run) => run.record.config.method.label).map((own) => ({
      label: (own[0] as ReadRun).record.config.method.label,
      runs: onePerSeed(own, leftOut),
    })),
  };
}

/** By seed, rising; of several runs of a seed the first. */
function onePerSeed(runs: readonly ReadRun[], leftOut: string[]): RunScores[] {
  return grouped(runs, ({ record }) => String(record.seed))
    .map(([first, ...again]) => {
      for (const { record } of again) leftOut.push(`${nameOf(record)}: another run has this method and seed`);
      return (first as ReadRun).scores;
    })
    .sort((a, b) => a.seed - b.seed);
}

/** In the order of first appearance. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return [...groups.values()];
}

/** `m, lora, glue/cola, seed 0` */
function nameOf({ config, seed }: CompletedRecord): string {
  return `${config.model}, ${config.method.label}, ${config.task.id}, seed ${seed}`;
}

/** `accuracy of validation 408` */
function textOf(examples: Examples | undefined): string {
  if (examples === undefined) return 'nothing';
  return `${examples.metric} of ${examples.sets.map(({ name, ids }) => `${name} ${ids.length}`).join(', ')}`;
}
