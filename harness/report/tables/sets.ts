// Tasks that are scored on several sets: a table a task, a row a set, a column a method.
import type { StudyResults } from '../study-results.ts';
import { detail, left, right, words } from './cells.ts';
import { spreadCell } from './scores.ts';
import type { Sources } from './sources.ts';
import type { Table } from './table.ts';

export function setTables({ summary }: StudyResults, sources: Sources): Table[] {
  return summary.sets.map(({ model, task, metric, labels, rows }) => ({
    ...{ name: 'sets', model, title: `${task} by set (${metric})` },
    caption: 'Mean ± sample deviation over seeds, of each evaluation set.',
    columns: [detail('task'), left('set'), ...labels.map((label) => right(label))],
    rows: rows.map(({ set, figures }) => [
      words(task),
      words(set),
      ...labels.map((label, i) => {
        const figure = figures[i];
        return figure === undefined ? words('') : spreadCell(figure, sources.ofRow({ model, label, task }));
      }),
    ]),
    notes: [],
  }));
}
