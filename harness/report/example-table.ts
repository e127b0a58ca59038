// The rows of the table of examples: methods that share all of a task's counts stand together.
import type { Row } from './aggregate.ts';
import { thousands } from '../contracts/words.ts';

export interface ExampleTable {
  /** Cells of each row, undefined where there is no figure. */
  readonly rows: readonly (readonly (string | undefined)[])[];
  /** What keeps figures of a task from comparing, and limits that the data do not reach: a line each. */
  readonly notes: readonly string[];
}

export const EXAMPLE_COLUMNS = ['task', 'methods', 'evaluated on', 'of', 'to train on', 'drawn', 'seen', 'steps'];

/** @param rows of one model; those without a completed run have no part */
export function exampleTable(rows: readonly Row[]): ExampleTable {
  const tasks = [...new Set(rows.map(({ task }) => task))];
  const completed = rows.filter(({ runs }) => runs.completed > 0);
  const perTask = tasks.map((task) => {
    const own = completed.filter((row) => row.task === task);
    return { rows: rowsOf(task, own), notes: notesOf(task, own) };
  });
  return { rows: perTask.flatMap((part) => part.rows), notes: perTask.flatMap(({ notes }) => notes) };
}

function rowsOf(task: string, rows: readonly Row[]): (string | undefined)[][] {
  const groups = new Map<string, { labels: string[]; cells: (string | undefined)[] }>();
  for (const row of rows) {
    const cells = cellsOf(row);
    const key = JSON.stringify(cells.map((cell) => cell ?? null));
    const group = groups.get(key) ?? { labels: [], cells };
    groups.set(key, { ...group, labels: [...group.labels, row.label] });
  }
  return [...groups.values()].map(({ labels, cells }) => [task, labels.join(', '), ...cells]);
}

function cellsOf({ examples }: Row): (string | undefined)[] {
  const { evaluated, evaluationRead, trainRead, trainDrawn, trainSeen, steps } = examples;
  const counts = [evaluationRead, trainRead, trainDrawn, trainSeen, steps];
  return [evaluated.text ?? undefined, ...counts.map(({ value }) => (value === null ? undefined : thousands(value)))];
}

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
