// Rows of several studies side by side: those that were scored on the same examples of the same data by the same metric.
import type { Row } from '../aggregate.ts';
import { modelsOf, type StudyResults } from '../study-results.ts';
import { left, NO_SOURCE, numberCell, right, type Source, words } from './cells.ts';
import { spreadCell } from './scores.ts';
import { sourcesOf } from './sources.ts';
import type { Cell, Table } from './table.ts';

const COLUMNS = [
  ...[left('task'), left('metric'), left('evaluated', 'evaluated on'), left('study'), left('model'), left('method')],
  ...[right('quality'), right('completed', 'runs')],
];

interface StudyRow {
  readonly results: StudyResults;
  readonly row: Row;
}

/** A row each of tasks that two studies or more have alike. */
export function overStudiesTable(studies: readonly StudyResults[]): Table {
  const groups = new Map<string, StudyRow[]>();
  for (const results of studies) {
    for (const row of results.summary.rows) {
      const key = scoredAs(row);
      if (key !== undefined) groups.set(key, [...(groups.get(key) ?? []), { results, row }]);
    }
  }
  const shared = [...groups.values()].filter((rows) => new Set(rows.map(({ results }) => results)).size > 1);
  const sources = new Map(
    studies.map((each) => [each, sourcesOf(each.path, each.records, modelsOf(each.summary))] as const),
  );
  return {
    ...{ name: 'studies', title: 'Studies side by side' },
    caption:
      'Mean ± sample deviation over seeds, of the rows that several studies have scored on the same examples of the same data by the same metric. Training may differ in all else; nothing is tested between studies.',
    columns: COLUMNS,
    rows: shared.flatMap((rows) =>
      rows.map(({ results, row }) => {
        const source = sources.get(results)?.ofRow(row);
        return cellsOf(results.study, row, source ?? NO_SOURCE);
      }),
    ),
    notes: shared.length === 0 ? ['no row of one study was scored as a row of another'] : [],
  };
}

/** The same of rows that compare; undefined where a row has no figure, or does not tell what it was scored on. */
function scoredAs({ task, metric, quality, examples }: Row): string | undefined {
  const { evaluated, data } = examples;
  if (quality.mean.value === null || evaluated.text === null) return undefined;
  return JSON.stringify([task, metric, evaluated.text, data]);
}

function cellsOf(study: string, row: Row, source: Source): Cell[] {
  const named = [row.task, row.metric ?? '', row.examples.evaluated.text ?? '', study, row.model, row.label];
  return [...named.map((text) => words(text)), spreadCell(row.quality, source), numberCell(row.runs.completed, source)];
}
