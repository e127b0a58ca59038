// The tables and the runs as CSV. A figure that is missing is an empty cell, with the reason in the row's note.
import { stringify } from 'csv-stringify/sync';
import type { RunRecord } from '../records/schema.ts';
import type { Figure } from '../stats/summary.ts';
import type { Row, Summary } from './aggregate.ts';

type Cells = Readonly<Record<string, string | number | null>>;

/** One line a model, method and task, and one for each average. */
export function qualityCsv({ rows, averages }: Summary): string {
  const ofRows = rows.map((row) => ({
    model: row.model,
    method: row.label,
    task: row.task,
    metric: row.metric,
    mean: row.quality.mean.value,
    deviation: row.quality.deviation.value,
    ...row.runs,
    note: note([row.quality.mean, row.quality.deviation], row),
  }));
  const ofAverages = averages.map(({ model, label, mean }) => ({
    model,
    method: label,
    task: 'average',
    mean: mean.value,
    note: mean.reason ?? '',
  }));
  const columns = [
    'model',
    'method',
    'task',
    'metric',
    'mean',
    'deviation',
    'completed',
    'failed',
    'diverged',
    'missing',
  ];
  return csv([...columns, 'note'], [...ofRows, ...ofAverages]);
}

/** One line a model, method and task. Memory in bytes. */
export function costCsv({ rows }: Summary): string {
  const lines = rows.map((row) => ({
    model: row.model,
    method: row.label,
    task: row.task,
    learning_rates: row.learningRates.join(' '),
    trainable: row.params.trainable.value,
    share: row.params.share.value,
    trainable_cumulative: row.params.trainableCumulative.value,
    stored: row.params.stored.value,
    head: row.params.head.value,
    total: row.params.total.value,
    peak_rss_bytes: row.peakRss.value,
    seconds_per_batch: row.secondsPerBatch.value,
    completed: row.runs.completed,
    note: note([row.params.trainable, row.secondsPerBatch], row),
  }));
  const columns = ['model', 'method', 'task', 'learning_rates', 'trainable', 'share', 'trainable_cumulative', 'stored'];
  const costs = ['head', 'total', 'peak_rss_bytes', 'seconds_per_batch', 'completed', 'note'];
  return csv([...columns, ...costs], lines);
}

/** The long form: one line a run, trials too, and one value a line for each metric's column. */
export function runsCsv(records: readonly RunRecord[]): string {
  const metrics = [...new Set(records.flatMap((record) => Object.keys(metricsOf(record))))].sort();
  const columns = ['id', 'purpose', 'status', 'model', 'method', 'task', 'seed', 'learning_rate', 'head_learning_rate'];
  const results = [
    'metric',
    'value',
    'trainable',
    'trainable_cumulative',
    'peak_rss_bytes',
    'seconds_per_batch',
    'train_seconds',
  ];
  return csv([...columns, ...results, ...metrics, 'error'], records.map(runLine));
}

function runLine(record: RunRecord): Cells {
  const { config } = record;
  const shared = {
    id: record.id,
    purpose: config.purpose,
    status: record.status,
    model: config.model,
    method: config.method.label,
    task: config.task.id,
    seed: config.seed,
    learning_rate: config.method.learningRate,
    head_learning_rate: config.method.headLearningRate,
  };
  if (record.status !== 'completed') return { ...shared, error: record.error.message };
  const { secondsPerBatch, trainSeconds } = record.time;
  return {
    ...shared,
    metric: record.metrics.primary.name,
    value: record.metrics.primary.value,
    trainable: record.params.trainable,
    trainable_cumulative: record.params.trainableCumulative,
    peak_rss_bytes: record.memory.peakRss,
    seconds_per_batch: secondsPerBatch !== null && secondsPerBatch.n > 0 ? secondsPerBatch.median : null,
    train_seconds: trainSeconds,
    ...metricsOf(record),
  };
}

function metricsOf(record: RunRecord): Readonly<Record<string, number | null>> {
  return record.status === 'completed' ? record.metrics.all : {};
}

function note(figures: readonly Figure[], row: Row): string {
  return [...new Set([...figures.flatMap(({ reason }) => reason ?? []), ...row.problems])].join('; ');
}

function csv(columns: readonly string[], lines: readonly Cells[]): string {
  return stringify([...lines], { header: true, columns: [...columns] });
}
