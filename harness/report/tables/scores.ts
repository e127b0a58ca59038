// Quality by method and task: a table a model, with an average, what needs no model, and the letters of the corrected tests.
import { footnotesOf } from '../../audit/footnotes.ts';
import { type Baselines, baselinesOf } from '../../stats/baselines.ts';
import type { ComparedTask } from '../../stats/comparison.ts';
import { type Figure, mean, missing } from '../../stats/summary.ts';
import type { Row, Summary } from '../aggregate.ts';
import { comparesAll } from '../compares-all.ts';
import { qualityReasons, selectionNotes } from '../notes.ts';
import { type Compared, modelsOf, type StudyResults } from '../study-results.ts';
import { decimals, figureCell, left, NONE, right, type Source, words } from './cells.ts';
import type { Sources } from './sources.ts';
import type { Cell, Column, Table } from './table.ts';

export function scoreTables({ summary, compared }: StudyResults, sources: Sources): Table[] {
  return modelsOf(summary).map((model) => {
    const rows = summary.rows.filter((row) => row.model === model);
    const tasks = [...new Set(rows.map(({ task }) => task))];
    const shownOn = (task: string) => rows.filter((row) => row.task === task && row.quality.mean.value !== null);
    const ofTasks = compared.comparisons.tasks.filter(
      (each) => each.model === model && comparesAll(each, shownOn(each.task).map(labelOf)),
    );
    const parts = { summary, model, rows, tasks, sources };
    return {
      ...{ name: 'scores', model, title: 'Quality' },
      caption: captionOf(ofTasks),
      columns: [left('method'), ...tasks.map((task) => taskColumn(task, rows)), right('average')],
      rows: [...methodRows(parts, ofTasks), ...baselineRows(parts, compared)],
      notes: notesOf(summary, model, rows, ofTasks),
    };
  });
}

const labelOf = ({ label }: Row): string => label;

const CAPTION = 'Mean ± sample deviation over seeds.';

function captionOf(tasks: readonly ComparedTask[]): string {
  if (!tasks.some(isToldApart)) return CAPTION;
  return `${CAPTION} Methods that share a letter on a task are not told apart, and one that is better than each other is set apart, by tests over seeds and examples that are corrected for all pairs of all tasks (Holm).`;
}

/** Whether any two methods are: where all share one letter, it says nothing. */
function isToldApart({ letters }: ComparedTask): boolean {
  return new Set(letters.map((each) => each.letters)).size > 1;
}

function taskColumn(task: string, rows: readonly Row[]): Column {
  const metric = rows.find((row) => row.task === task && row.metric !== null)?.metric ?? 'no run';
  return right(task, `${task} (${metric})`);
}

interface Parts {
  readonly summary: Summary;
  readonly model: string;
  /** Of the model. */
  readonly rows: readonly Row[];
  readonly tasks: readonly string[];
  readonly sources: Sources;
}

function methodRows({ summary, model, rows, tasks, sources }: Parts, compared: readonly ComparedTask[]): Cell[][] {
  const averages = summary.averages.filter((average) => average.model === model);
  return averages.map(({ label, mean: average }) => [
    words(label),
    ...tasks.map((task) => {
      const row = rows.find((each) => each.task === task && each.label === label);
      const ofTask = compared.find((each) => each.task === task);
      return row === undefined ? words(NONE) : scoreCell(row, sources.ofRow(row), ofTask);
    }),
    averageCell(
      average,
      rows.filter((row) => row.label === label),
      sources.of({ model, labels: [label] }),
    ),
  ]);
}

/** A mean over fewer runs than were wanted says so. */
function averageCell(average: Figure, rows: readonly Row[], source: Source): Cell {
  const cell = figureCell(average, source, decimals(4));
  const completed = sum(rows.map(({ runs }) => runs.completed));
  const wanted = sum(rows.flatMap(({ runs }) => Object.values(runs)));
  return average.value === null || completed === wanted
    ? cell
    : { ...cell, text: `${cell.text} (${completed} of ${wanted} runs)` };
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

function scoreCell(row: Row, source: Source, compared: ComparedTask | undefined): Cell {
  const cell = { ...spreadCell(row.quality, source), best: compared?.best === row.label };
  const without = Object.entries(row.runs)
    .filter(([status, runs]) => status !== 'completed' && runs > 0)
    .map(([status, runs]) => `${runs} ${status === 'missing' ? 'not run' : status}`);
  const text = `${cell.text}${without.length > 0 ? ` (${without.join(', ')})` : ''}`;
  const letters = compared?.letters.find(({ label }) => label === row.label)?.letters;
  return compared === undefined || letters === undefined || !isToldApart(compared)
    ? { ...cell, text }
    : { ...cell, text, letters };
}

/** `0.7076 ± 0.0123`: the ends are one sample deviation away. */
export function spreadCell({ mean: of, deviation }: Row['quality'], source: Source): Cell {
  const [value, apart] = [of.value, deviation.value];
  if (value === null || apart === null) return figureCell(of, source, decimals(4));
  const show = (score: number) => `${score.toFixed(4)} ± ${apart.toFixed(4)}`;
  return figureCell(of, source, show, { low: value - apart, high: value + apart });
}

const BASELINES: readonly (keyof Baselines)[] = ['majority', 'chance', 'mean'];

/** Of the tasks whose labels are known: those that some run was scored on. */
function baselineRows({ model, tasks, sources }: Parts, compared: Compared): Cell[][] {
  const known = new Map(
    compared.tasks.filter((scores) => scores.model === model).map((scores) => [scores.task, baselinesOf(scores)]),
  );
  return BASELINES.flatMap((name) => {
    const figures = tasks.map((task): Figure => known.get(task)?.[name] ?? missing('no run'));
    if (figures.every(({ value }) => value === null)) return [];
    const gaps = tasks.filter((_, i) => figures[i]?.value === null);
    const average =
      gaps.length > 0 ? missing(`no figure for ${gaps.join(', ')}`) : mean(figures.flatMap(({ value }) => value ?? []));
    return [
      [
        words(`(no model: ${name})`),
        ...figures.map((figure, i) =>
          figureCell(figure, sources.of({ model, tasks: tasks.slice(i, i + 1) }), decimals(4)),
        ),
        figureCell(average, sources.of({ model }), decimals(4)),
      ],
    ];
  });
}

/** Why a figure is missing, what does not compare, which runs failed, and what the audit found. */
function notesOf(
  { averages, unequal, findings }: Summary,
  model: string,
  rows: readonly Row[],
  compared: readonly ComparedTask[],
): string[] {
  const ofRows = rows.flatMap((row) => {
    const reasons = [...new Set(qualityReasons(row))].map((reason) => `${NONE} ${reason}`);
    return [...reasons, ...selectionNotes(row), ...row.problems].map((note) => `${row.label}, ${row.task}: ${note}`);
  });
  const ofAverages = averages.flatMap(({ model: own, label, mean: { reason } }) =>
    own !== model || reason === null ? [] : [`${label}, average: ${NONE} ${reason}`],
  );
  return [
    ...untoldNotes(compared),
    ...unequal.filter((each) => each.model === model).map(({ task, note }) => `${task}: ${note}`),
    ...ofRows,
    ...ofAverages,
    ...new Set(findings.flatMap((finding) => rows.flatMap((row) => footnotesOf([finding], row)))),
  ];
}

/** Tasks on which the tests tell no two methods apart. */
function untoldNotes(compared: readonly ComparedTask[]): string[] {
  const several = compared.filter(({ methods }) => methods.length > 1);
  const untold = several.filter((task) => !isToldApart(task)).map(({ task }) => task);
  if (untold.length === 0) return [];
  const where =
    untold.length === several.length ? 'on no task are two methods' : `${untold.join(', ')}: no two methods are`;
  return [`${where} told apart by the corrected tests`];
}
