// The tables and the runs as CSV. A figure that is missing is an empty cell, with the reason in the row's note.
import { stringify } from 'csv-stringify/sync';
import type { CompletedRecord, RunRecord } from '../records/schema.ts';
import type { Row, Summary } from './aggregate.ts';
import { conditionsOf } from '../records/conditions.ts';
import { costOf, type Measured } from './cost.ts';
import { type Examples, examplesOf } from './examples.ts';
import { OBSERVED_COLUMNS, observedCells } from './observed-cells.ts';
import { costReasons, countReasons, qualityReasons, selectionNotes, unequalNotesOf, withoutRuns } from './notes.ts';

type Cells = Readonly<Record<string, string | number | null>>;

/** One line a model, method and task, and one for each average. */
export function qualityCsv(summary: Summary): string {
  const { rows, averages } = summary;
  const ofRows = rows.map((row) => ({
    model: row.model,
    method: row.label,
    task: row.task,
    metric: row.metric,
    mean: row.quality.mean.value,
    deviation: row.quality.deviation.value,
    ...row.runs,
    ...exampleCells(row.examples),
    note: noteOf([row.quality.deviation.reason ?? [], qualityReasons(row), ...ofRow(row, summary)]),
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
  return csv([...columns, ...EXAMPLE_COLUMNS, 'note'], [...ofRows, ...ofAverages]);
}

/** One line a model, method and task. Memory in bytes. */
export function costCsv(summary: Summary): string {
  const lines = summary.rows.map((row) => ({
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
    ...measuredCells('seconds_per_batch', row.cost.secondsPerBatch),
    ...measuredCells('seconds_per_step', row.cost.secondsPerStep),
    peak_rss_bytes: row.cost.peakRss.value.value,
    peak_rss_bytes_least: row.cost.peakRss.low,
    measured_runs: row.cost.peakRss.n,
    ...row.cost.conditions,
    completed: row.runs.completed,
    note: noteOf([countReasons(row), costReasons(row), withoutRuns(row), ...ofRow(row, summary)]),
  }));
  const columns = ['model', 'method', 'task', 'learning_rates', 'trainable', 'share', 'trainable_cumulative', 'stored'];
  const costs = [...TIMES.flatMap(measuredColumns), 'peak_rss_bytes', 'peak_rss_bytes_least', 'measured_runs'];
  return csv([...columns, 'head', 'total', ...costs, ...CONDITIONS, 'completed', 'note'], lines);
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
    ...TIMES.flatMap(measuredColumns),
    'train_seconds',
    ...OBSERVED_COLUMNS,
  ];
  return csv([...columns, ...results, ...EXAMPLE_COLUMNS, ...CONDITIONS, ...metrics, 'error'], records.map(runLine));
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
    ...conditionsOf(record),
  };
  if (record.status !== 'completed') return { ...shared, error: record.error.message };
  const { cost, examples } = alone(record);
  return {
    ...shared,
    ...exampleCells(examples),
    metric: record.metrics.primary.name,
    value: record.metrics.primary.value,
    trainable: record.params.trainable,
    trainable_cumulative: record.params.trainableCumulative,
    peak_rss_bytes: record.memory.peakRss,
    ...measuredCells('seconds_per_batch', cost.secondsPerBatch),
    ...measuredCells('seconds_per_step', cost.secondsPerStep),
    train_seconds: record.time.trainSeconds,
    ...observedCells(record),
    ...metricsOf(record),
  };
}

function metricsOf(record: RunRecord): Readonly<Record<string, number | null>> {
  return record.status === 'completed' ? record.metrics.all : {};
}

/** What a row of one run would have. */
function alone(record: CompletedRecord): Pick<Row, 'cost' | 'examples'> {
  return { cost: costOf([record], undefined, ''), examples: examplesOf([record], '') };
}

const EXAMPLE_COLUMNS = ['evaluated', 'evaluation_read', 'train_read', 'train_drawn', 'train_seen', 'steps'];

function exampleCells({ evaluated, evaluationRead, trainRead, trainDrawn, trainSeen, steps }: Examples): Cells {
  return {
    evaluated: evaluated.text,
    evaluation_read: evaluationRead.value,
    train_read: trainRead.value,
    train_drawn: trainDrawn.value,
    train_seen: trainSeen.value,
    steps: steps.value,
  };
}

const TIMES = ['seconds_per_batch', 'seconds_per_step'];
const measuredColumns = (name: string): string[] => [name, `${name}_p05`, `${name}_p95`, `${name}_n`];

function measuredCells(name: string, { value, low, high, n }: Measured): Cells {
  return { [name]: value.value, [`${name}_p05`]: low, [`${name}_p95`]: high, [`${name}_n`]: n };
}

const CONDITIONS = ['cpu', 'cores', 'platform', 'threads', 'backend', 'device', 'runtime', 'node', 'jobs'];

/** What is said of a row beside its missing figures. */
function ofRow(row: Row, summary: Summary): string[][] {
  return [selectionNotes(row), unequalNotesOf(row, summary), [...row.problems]];
}

function noteOf(lines: readonly (string | readonly string[])[]): string {
  return [...new Set(lines.flat())].join('; ');
}

function csv(columns: readonly string[], lines: readonly Cells[]): string {
  return stringify([...lines], { header: true, columns: [...columns] });
}
