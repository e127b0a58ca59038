// Quality for programs: a line a model, method and task, and one for each average.
import type { Row } from '../aggregate.ts';
import { selectionNotes, unequalNotesOf } from '../notes.ts';
import type { StudyResults } from '../study-results.ts';
import { count, decimals, figureCell, left, numberCell, right, type Source, words } from './cells.ts';
import { dataTable } from './data-table.ts';
import { EXAMPLE_COLUMNS, exampleCells } from './example-cells.ts';
import type { Sources } from './sources.ts';
import type { Cell, Table } from './table.ts';

const STATUSES = ['completed', 'failed', 'diverged', 'missing'] as const;

const COLUMNS = [
  ...['model', 'method', 'task', 'metric'].map((key) => left(key)),
  ...['mean', 'deviation', ...STATUSES].map((key) => right(key)),
  ...EXAMPLE_COLUMNS,
  left('note'),
];

export function qualityTable({ summary }: StudyResults, sources: Sources): Table {
  const { rows, averages } = summary;
  const ofRows = rows.map((row) => {
    const source = sources.ofRow(row);
    return {
      ...named(row.model, row.label, row.task),
      metric: words(row.metric ?? ''),
      mean: figureCell(row.quality.mean, source, decimals(4)),
      deviation: figureCell(row.quality.deviation, source, decimals(4)),
      ...statusCells([row], source),
      ...exampleCells(row.examples, source),
      note: words(noteOf([...selectionNotes(row), ...unequalNotesOf(row, summary), ...row.problems])),
    };
  });
  const ofAverages = averages.map(({ model, label, mean }) => ({
    ...named(model, label, 'average'),
    ...statusCells(
      rows.filter((row) => row.model === model && row.label === label),
      sources.of({ model, labels: [label] }),
    ),
    mean: figureCell(mean, sources.of({ model, labels: [label] }), decimals(4)),
  }));
  return dataTable(
    'quality',
    'Quality by row',
    'Mean and sample deviation over seeds of the primary metric, a line a model, method and task, and one for the average of each method.',
    COLUMNS,
    [...ofRows, ...ofAverages],
  );
}

/** How many runs of the rows came to what. */
function statusCells(rows: readonly Row[], source: Source): Readonly<Record<string, Cell>> {
  const runsOf = (status: (typeof STATUSES)[number]) => rows.reduce((sum, { runs }) => sum + runs[status], 0);
  return Object.fromEntries(STATUSES.map((status) => [status, numberCell(runsOf(status), source, count)]));
}

export function named(model: string, method: string, task: string) {
  return { model: words(model), method: words(method), task: words(task) };
}

/** What is said of a row beside its gaps, each once. */
export function noteOf(lines: readonly string[]): string {
  return [...new Set(lines)].join('; ');
}
