// The rows of a study's tables by the measures that the plot weighs, for the plot and for the table beside it.
import type { RunRecord } from '../../records/schema.ts';
import type { Figure } from '../../stats/summary.ts';
import type { Row } from '../aggregate.ts';
import type { Measured } from '../cost.ts';
import { runCommand } from '../tables/command.ts';
import type { Cell, Table } from '../tables/table.ts';
import { figureCell, wordCell } from './cells.ts';
import { MEASURES } from './measures.ts';
import type { PlottedRow } from './payload.ts';
import { rounded } from './rounded.ts';

const DIGITS = 6;

export function plottedRows(rows: readonly Row[]): PlottedRow[] {
  return rows.map((row) => ({
    ...{ model: row.model, label: row.label, task: row.task },
    measures: spreads(row).map(({ value: { value }, low, high }) =>
      value === null ? null : [rounded(value, DIGITS), roundedEnd(low), roundedEnd(high)],
    ),
  }));
}

/** The same as words. @param records for the runs that a row is made from */
export function plottedTable(rows: readonly Row[], records: readonly RunRecord[], path: string): Table {
  const finals = records.filter(({ config }) => config.purpose === 'final');
  const hasModels = new Set(rows.map(({ model }) => model)).size > 1;
  return {
    name: 'trade-offs',
    title: 'The same as a table',
    caption:
      'Quality is the primary metric, the mean over seeds ± their sample deviation; trainable and stored are parameters; memory the largest of the runs, seconds the median of a step without compilation and warm-up, both of runs that were measured alike.',
    columns: [
      { key: 'method', title: 'method', align: 'left' },
      { key: 'task', title: 'task', align: 'left' },
      ...(hasModels ? [{ key: 'model', title: 'model', align: 'left' as const }] : []),
      ...MEASURES.map(({ name, title }) => ({ key: name, title, align: 'right' as const })),
    ],
    rows: rows.map((row) => {
      const runs = finals.filter((record) => isOf(row, record)).map(({ id }) => id);
      const command = runCommand(path, { models: [row.model], methods: [row.label], tasks: [row.task] });
      const source = { runs, command };
      const cells = spreads(row).map((spread, index) => ({ ...cellOf(spread, index), ...source }));
      return [row.label, row.task, ...(hasModels ? [row.model] : [])].map<Cell>(wordCell).concat(cells);
    }),
    notes: [],
  };
}

type Spread = Pick<Measured, 'value' | 'low' | 'high'>;

/** In the order of the measures, in their units. */
function spreads({ quality, params, cost }: Row): Spread[] {
  const { value: mean } = quality.mean;
  const { value: deviation } = quality.deviation;
  const around = mean === null || deviation === null ? null : { low: mean - deviation, high: mean + deviation };
  const alone = (value: Figure): Spread => ({ value, low: null, high: null });
  return [
    { value: quality.mean, low: around?.low ?? null, high: around?.high ?? null },
    alone(params.trainable),
    alone(params.trainableCumulative),
    alone(params.stored),
    inMegabytes(cost.peakRss),
    cost.secondsPerBatch,
  ];
}

function inMegabytes({ value, low, high }: Measured): Spread {
  const scaled = (bytes: number | null) => (bytes === null ? null : bytes / 1e6);
  const megabytes = value.value === null ? value : { value: value.value / 1e6, reason: null };
  return { value: megabytes, low: scaled(low), high: scaled(high) };
}

function cellOf({ value: { value, reason }, low, high }: Spread, index: number): Cell {
  if (value === null) return { ...wordCell(''), reason };
  const measure = MEASURES[index];
  const deviation = measure?.name === 'quality' && high !== null ? ` ± ${measure.text(high - value)}` : '';
  return { ...figureCell(`${measure?.text(value) ?? value}${deviation}`, value), low, high };
}

function isOf({ model, label, task }: Row, { config }: RunRecord): boolean {
  return config.model === model && config.method.label === label && config.task.id === task;
}

function roundedEnd(value: number | null): number | null {
  return value === null ? null : rounded(value, DIGITS);
}
