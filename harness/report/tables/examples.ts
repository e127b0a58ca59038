// The examples that were scored and trained on: methods that share all of a task's counts stand together.
import type { Row } from '../aggregate.ts';
import { modelsOf, type StudyResults } from '../study-results.ts';
import { left, words } from './cells.ts';
import { EXAMPLE_COLUMNS, exampleCells } from './example-cells.ts';
import type { Sources } from './sources.ts';
import type { Cell, Table } from './table.ts';

/** A table a model; none where no run completed. */
export function exampleTables({ summary }: StudyResults, sources: Sources): Table[] {
  return modelsOf(summary).flatMap((model): Table[] => {
    const rows = summary.rows.filter((row) => row.model === model && row.runs.completed > 0);
    const tasks = [...new Set(rows.map(({ task }) => task))];
    const ofTask = (task: string) => rows.filter((row) => row.task === task);
    const table = {
      ...{ name: 'examples', model, title: 'Examples' },
      caption:
        'The sets that were scored, of how many that were read (where fewer, the same for every run), and training examples read, drawn by the seed, and seen in all steps.',
      columns: [left('task'), left('methods'), ...EXAMPLE_COLUMNS],
      rows: tasks.flatMap((task) => rowsOf(task, ofTask(task), sources)),
      notes: tasks.flatMap((task) => notesOf(task, ofTask(task))),
    };
    return table.rows.length === 0 ? [] : [table];
  });
}

function rowsOf(task: string, rows: readonly Row[], sources: Sources): Cell[][] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = shownBy(row);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()].flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const labels = own.map(({ label }) => label);
    const cells = exampleCells(first.examples, sources.of({ model: first.model, labels, tasks: [task] }));
    return [[words(task), words(labels.join(', ')), ...EXAMPLE_COLUMNS.map(({ key }) => cells[key] ?? words(''))]];
  });
}

/** The same of rows that stand together; why a figure is missing may differ. */
function shownBy({ examples }: Row): string {
  const { evaluated, evaluationRead, trainRead, trainDrawn, trainSeen, steps } = examples;
  const counts = [evaluationRead, trainRead, trainDrawn, trainSeen, steps];
  return JSON.stringify([evaluated.text, ...counts.map(({ value }) => value)]);
}

/** What keeps figures of a task from comparing, and limits that the data do not reach. */
function notesOf(task: string, rows: readonly Row[]): string[] {
  const scored = new Set(rows.flatMap(({ examples }) => examples.evaluated.text ?? []));
  const data = new Set(rows.flatMap(({ examples }) => examples.data));
  const limits = [...new Set(rows.flatMap(({ examples }) => examples.limits))];
  return [
    ...(scored.size > 1 ? ['methods were scored on different examples, and their figures do not compare'] : []),
    ...(data.size > 1 ? ['runs were made with different data files'] : []),
    ...limits,
  ].map((note) => `${task}: ${note}`);
}
