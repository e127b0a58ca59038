// Parameters of the methods: a table a model, a row a method and task.
import type { Row } from '../aggregate.ts';
import { countReasons } from '../notes.ts';
import { modelsOf, type StudyResults } from '../study-results.ts';
import { count, detail, figureCell, left, NONE, percent, right, type Source, words } from './cells.ts';
import { gapNotes } from './gap-notes.ts';
import type { Sources } from './sources.ts';
import type { Cell, Column, Table } from './table.ts';

export const PARAMETER_COLUMNS: readonly Column[] = [
  right('learning_rates', 'learning rate'),
  right('trainable'),
  right('share', 'of model'),
  right('trainable_cumulative', 'cumulative'),
  right('stored'),
  right('head'),
  detail('total'),
];

export function parameterTables({ summary }: StudyResults, sources: Sources): Table[] {
  return modelsOf(summary).map((model) => {
    const rows = summary.rows.filter((row) => row.model === model);
    return {
      ...{ name: 'parameters', model, title: 'Parameters' },
      caption: 'Of the method: at once, over the whole run, stored; the head is counted apart.',
      columns: [left('method'), left('task'), ...PARAMETER_COLUMNS],
      rows: rows.map((row) => {
        const cells = parameterCells(row, sources.ofRow(row));
        return [words(row.label), words(row.task), ...PARAMETER_COLUMNS.map(({ key }) => cells[key] ?? words(''))];
      }),
      notes: gapNotes(rows, countReasons),
    };
  });
}

export function parameterCells({ params, learningRates }: Row, source: Source): Readonly<Record<string, Cell>> {
  const [rate, ...others] = learningRates;
  return {
    learning_rates: {
      ...words(learningRates.join(', ') || NONE, source),
      value: others.length > 0 ? null : (rate ?? null),
    },
    trainable: figureCell(params.trainable, source, count),
    share: figureCell(params.share, source, percent),
    trainable_cumulative: figureCell(params.trainableCumulative, source, count),
    stored: figureCell(params.stored, source, count),
    head: figureCell(params.head, source, count),
    total: figureCell(params.total, source, count),
  };
}
