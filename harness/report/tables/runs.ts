// The runs for programs: a line a run, trials too, with a column for each metric.
import { conditionsOf } from '../../records/conditions.ts';
import type { CompletedRecord, RunRecord } from '../../records/schema.ts';
import { costOf } from '../cost.ts';
import { examplesOf } from '../examples.ts';
import { OBSERVED_COLUMNS, observedCells } from '../observed-cells.ts';
import type { StudyResults } from '../study-results.ts';
import { left, numberCell, right, type Source, words } from './cells.ts';
import { CONDITION_COLUMNS, conditionCells, timeCells, timeColumns } from './cost.ts';
import { type Cells, dataTable } from './data-table.ts';
import { EXAMPLE_COLUMNS, exampleCells } from './example-cells.ts';
import type { Sources } from './sources.ts';
import type { Cell, Table } from './table.ts';

const NAMES = ['id', 'purpose', 'status', 'model', 'method', 'task'];
const SETTINGS = ['seed', 'learning_rate', 'head_learning_rate'];
const RESULTS = ['value', 'trainable', 'trainable_cumulative', 'peak_rss_bytes'];

export function runTable({ records }: StudyResults, sources: Sources): Table {
  const metrics = [...new Set(records.flatMap((record) => Object.keys(metricsOf(record))))].sort();
  const columns = [
    ...NAMES.map((key) => left(key)),
    ...SETTINGS.map((key) => right(key)),
    left('metric'),
    ...RESULTS.map((key) => right(key)),
    ...timeColumns('seconds_per_batch', 'seconds_per_batch'),
    ...timeColumns('seconds_per_step', 'seconds_per_step'),
    right('train_seconds'),
    ...OBSERVED_COLUMNS.map((key) => right(key)),
    ...EXAMPLE_COLUMNS,
    ...CONDITION_COLUMNS,
    ...metrics.map((key) => right(key)),
    left('error'),
  ];
  return dataTable(
    'runs',
    'Runs',
    'A line a run, trials of searches too, as its record tells it.',
    columns,
    records.map((record) => runCells(record, sources.ofRun(record))),
  );
}

function runCells(record: RunRecord, source: Source): Cells {
  const { config } = record;
  const text = (value: string) => words(value, source);
  const number = (value: number | null) => numberCell(value, source);
  const shared = {
    id: text(record.id),
    purpose: text(config.purpose),
    status: text(record.status),
    model: text(config.model),
    method: text(config.method.label),
    task: text(config.task.id),
    seed: number(config.seed),
    learning_rate: number(config.method.learningRate),
    head_learning_rate: number(config.method.headLearningRate),
    ...conditionCells(conditionsOf(record), source),
  };
  if (record.status !== 'completed') return { ...shared, error: text(record.error.message) };
  return { ...shared, ...resultCells(record, source) };
}

function resultCells(record: CompletedRecord, source: Source): Cells {
  const number = (value: number | null) => numberCell(value, source);
  // What a row of this run alone would have.
  const cost = costOf([record], undefined, '');
  const { primary } = record.metrics;
  return {
    ...exampleCells(examplesOf([record], ''), source),
    metric: words(primary.name, source),
    value: number(primary.value),
    trainable: number(record.params.trainable),
    trainable_cumulative: number(record.params.trainableCumulative),
    peak_rss_bytes: number(record.memory.peakRss),
    ...timeCells('seconds_per_batch', cost.secondsPerBatch, source),
    ...timeCells('seconds_per_step', cost.secondsPerStep, source),
    train_seconds: number(record.time.trainSeconds),
    ...mapCells(observedCells(record), source),
    ...Object.fromEntries(Object.entries(metricsOf(record)).map(([key, value]) => [key, number(value)])),
  };
}

function mapCells(values: Readonly<Record<string, string | number | null>>, source: Source): Record<string, Cell> {
  return Object.fromEntries(
    Object.entries(values).map(([key, value]) => [
      key,
      typeof value === 'string' ? words(value, source) : numberCell(value, source),
    ]),
  );
}

function metricsOf(record: RunRecord): Readonly<Record<string, number | null>> {
  return record.status === 'completed' ? record.metrics.all : {};
}
