// Time and memory: a table a model, a row a method and task.
import { type Conditions, conditionsText } from '../../records/conditions.ts';
import type { Row, Summary } from '../aggregate.ts';
import type { Measured } from '../cost.ts';
import { costReasons, selectionNotes, unequalNotesOf, withoutRuns } from '../notes.ts';
import { modelsOf, type StudyResults } from '../study-results.ts';
import { count, detail, figureCell, left, numberCell, right, type Source, words } from './cells.ts';
import { gapNotes } from './gap-notes.ts';
import { PARAMETER_COLUMNS, parameterCells } from './parameters.ts';
import { noteOf } from './quality.ts';
import type { Sources } from './sources.ts';
import type { Cell, Column, Table } from './table.ts';

const CONDITIONS = ['cpu', 'cores', 'platform', 'threads', 'backend', 'device', 'runtime', 'node', 'jobs'] as const;

export const CONDITION_COLUMNS: readonly Column[] = CONDITIONS.map((key) => detail(key));

/** `seconds_per_batch` with its p05, p95 and number of steps. */
export function timeColumns(key: string, title: string): Column[] {
  return [{ ...right(key, title), ends: { low: `${key}_p05`, high: `${key}_p95` } }, detail(`${key}_n`)];
}

const COLUMNS: readonly Column[] = [
  ...PARAMETER_COLUMNS.map((column) => ({ ...column, detail: true })),
  ...timeColumns('seconds_per_batch', 's/batch'),
  ...timeColumns('seconds_per_step', 's/step'),
  { ...right('peak_rss_bytes', 'peak RSS'), ends: { low: 'peak_rss_bytes_least', high: 'peak_rss_bytes_most' } },
  detail('measured_runs'),
  ...CONDITION_COLUMNS,
  right('completed', 'runs'),
  detail('note'),
];

export function costTables({ summary }: StudyResults, sources: Sources): Table[] {
  return modelsOf(summary).map((model) => {
    const rows = summary.rows.filter((row) => row.model === model);
    return {
      ...{ name: 'cost', model, title: 'Time and memory' },
      caption: `s/batch is the median over the runs of each run's median step, without compilation and warm-up; s/step the mean of all steps with everything they take; in brackets the lowest p05 and the highest p95 of any run. Peak RSS is the largest of the runs.${measuredOn(rows)}`,
      columns: [left('method'), left('task'), ...COLUMNS],
      rows: rows.map((row) => {
        const cells = costCells(row, summary, sources);
        return [words(row.label), words(row.task), ...COLUMNS.map(({ key }) => cells[key] ?? words(''))];
      }),
      notes: gapNotes(rows, costReasons, withoutRuns),
    };
  });
}

/** What the seconds and the memory are of: one sentence, as only those of the same conditions are shown. */
function measuredOn(rows: readonly Row[]): string {
  const conditions = rows.find(({ cost }) => cost.conditions !== null)?.cost.conditions ?? null;
  return conditions === null ? '' : ` Measured on ${conditionsText(conditions)}.`;
}

function costCells(row: Row, summary: Summary, sources: Sources): Readonly<Record<string, Cell>> {
  const source = sources.ofRow(row);
  const { cost, runs } = row;
  const { value, low } = cost.peakRss;
  return {
    ...parameterCells(row, source),
    ...timeCells('seconds_per_batch', cost.secondsPerBatch, source),
    ...timeCells('seconds_per_step', cost.secondsPerStep, source),
    peak_rss_bytes: figureCell(value, source, (bytes) => memoryText(bytes, low ?? bytes), { low, high: null }),
    measured_runs: numberCell(cost.peakRss.n, source),
    ...conditionCells(cost.conditions, source),
    completed: numberCell(runs.completed, source),
    note: words(
      noteOf([...withoutRuns(row), ...selectionNotes(row), ...unequalNotesOf(row, summary), ...row.problems]),
    ),
  };
}

/** `0.077 (0.071 to 0.090, n 156)` */
export function timeCells(
  key: string,
  { value, low, high, n }: Measured,
  source: Source,
): Readonly<Record<string, Cell>> {
  const range = low === null || high === null ? '' : ` (${low.toFixed(3)} to ${high.toFixed(3)}, n ${n})`;
  return {
    [key]: figureCell(value, source, (seconds) => `${seconds.toFixed(3)}${range}`, { low, high }),
    [`${key}_n`]: numberCell(n, source, count),
  };
}

/** Empty where nothing was measured. */
export function conditionCells(conditions: Conditions | null, source: Source): Readonly<Record<string, Cell>> {
  if (conditions === null) return {};
  return Object.fromEntries(
    CONDITIONS.map((key) => {
      const value = conditions[key];
      return [key, typeof value === 'string' ? words(value, source) : numberCell(value, source)];
    }),
  );
}

/** `788 MB`, or `788 MB (from 780)` where runs differ. */
function memoryText(most: number, least: number): string {
  const [high, low] = [most, least].map((bytes) => Math.round(bytes / 1e6));
  return high === low ? `${high} MB` : `${high} MB (from ${low})`;
}
