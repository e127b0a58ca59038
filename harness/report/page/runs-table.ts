// All runs of a study as a table: each opens to its record.
import { isCompleted } from '../../records/is-completed.ts';
import type { RunRecord } from '../../records/schema.ts';
import type { Cell, Column, Table } from '../tables/table.ts';
import { figureCell, wordCell } from './cells.ts';
import { commandOfRun } from './commands.ts';

const COLUMNS: readonly Column[] = [
  { key: 'run', title: 'run', align: 'left' },
  { key: 'method', title: 'method', align: 'left' },
  { key: 'task', title: 'task', align: 'left' },
  { key: 'model', title: 'model', align: 'left' },
  { key: 'seed', title: 'seed', align: 'right' },
  { key: 'purpose', title: 'purpose', align: 'left' },
  { key: 'learning_rate', title: 'learning rate', align: 'right' },
  { key: 'status', title: 'status', align: 'left' },
  { key: 'metric', title: 'metric', align: 'left' },
  { key: 'value', title: 'value', align: 'right' },
];

export function runsTable(records: readonly RunRecord[], path: string): Table {
  const models = new Set(records.map(({ config }) => config.model)).size;
  const isShown = (column: Column | undefined) => column?.key !== 'model' || models > 1;
  return {
    name: 'runs',
    title: 'All runs',
    caption: `Every record of the study, a row each, as ${path}/runs holds them: final runs, and the trials of searches, which are scored on training examples held out.`,
    columns: COLUMNS.filter(isShown),
    rows: [...records.filter(isFinal), ...records.filter((record) => !isFinal(record))].map((record) =>
      rowOf(record, path).filter((_, index) => isShown(COLUMNS[index])),
    ),
    notes: [],
  };
}

function isFinal({ config }: RunRecord): boolean {
  return config.purpose === 'final';
}

function rowOf(record: RunRecord, path: string): Cell[] {
  const { id, config, seed, status } = record;
  const primary = isCompleted(record) ? record.metrics.primary : null;
  const { label, learningRate } = config.method;
  const value = primary?.value ?? null;
  const reason = record.error?.message ?? `${primary?.name ?? 'the metric'} is undefined`;
  return [
    { ...wordCell(id), runs: [id], command: commandOfRun(path, record) },
    wordCell(label),
    wordCell(config.task.id),
    wordCell(config.model),
    figureCell(String(seed), seed),
    wordCell(isFinal(record) ? 'final' : 'trial'),
    figureCell(String(learningRate), learningRate),
    wordCell(status),
    wordCell(primary?.name ?? ''),
    value === null ? { ...wordCell(''), reason } : figureCell(value.toFixed(4), value),
  ];
}
