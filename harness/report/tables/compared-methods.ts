// The methods of each task beside what needs no model: means with their intervals, letters, and runs that collapsed.
import { baselinesOf } from '../../stats/baselines.ts';
import { collapsedRuns } from '../../stats/collapsed.ts';
import type { ComparedTask, Interval, MethodSummary } from '../../stats/comparison.ts';
import type { TaskScores } from '../../stats/scores.ts';
import type { Known } from '../../stats/summary.ts';
import type { Compared, StudyResults } from '../study-results.ts';
import {
  count,
  decimals,
  detail,
  figureCell,
  left,
  NONE,
  numberCell,
  rangeText,
  right,
  type Source,
  words,
} from './cells.ts';
import type { Sources } from './sources.ts';
import type { Cell, Table } from './table.ts';

export const COMPARED_PART = 'the methods compared';

const COLUMNS = [
  left('task'),
  left('metric'),
  right('examples'),
  left('method'),
  right('seeds'),
  right('mean'),
  { ...right('over_seeds', 'over seeds'), ends: { low: 'seeds_low', high: 'seeds_high' } },
  { ...right('over_both', 'over seeds and examples'), ends: { low: 'low', high: 'high' } },
  left('letters'),
  right('collapsed'),
  detail('deviation'),
];

/** A table a model; none where no run completed. */
export function comparedMethodTables({ compared }: StudyResults, sources: Sources): Table[] {
  return comparedModels(compared).map((model) => {
    const tasks = compared.comparisons.tasks.filter((task) => task.model === model);
    return {
      ...{ name: 'compared-methods', model, part: COMPARED_PART, title: 'Methods' },
      caption:
        'Means over seeds with intervals of 95 %: over seeds, on these examples, and over seeds and examples, both of which another study would draw anew. Methods that share a letter are not told apart. A run has collapsed where it answers alike whatever it is asked.',
      columns: COLUMNS,
      rows: tasks.flatMap((task) => taskRows(task, scoresOf(task, compared), sources)),
      notes: [...new Set(tasks.flatMap(notesOf))],
    };
  });
}

export function comparedModels({ tasks }: Compared): string[] {
  return [...new Set(tasks.map(({ model }) => model))];
}

function scoresOf({ model, task }: ComparedTask, { tasks }: Compared): TaskScores {
  const found = tasks.find((each) => each.model === model && each.task === task);
  if (found === undefined) throw new Error(`no scores of ${task}`);
  return found;
}

function taskRows(task: ComparedTask, scores: TaskScores, sources: Sources): Cell[][] {
  const examples = scores.sets.reduce((sum, { labels }) => sum + labels.length, 0);
  const ofTask = sources.of({ model: task.model, tasks: [task.task] });
  const first = [words(task.task), words(task.metric), numberCell(examples, ofTask, count)];
  const baselines = Object.entries(baselinesOf(scores)).flatMap(([name, figure]) =>
    figure.value === null ? [] : [[words(`(no model: ${name})`), words(NONE), figureCell(figure, ofTask, decimals(4))]],
  );
  const empty = Array<Cell>(COLUMNS.length).fill(words(NONE));
  return [
    ...task.methods.map((method) => [...first, ...methodCells(method, task, scores, sources)]),
    ...baselines.map((cells) => [...first, ...cells, ...empty].slice(0, COLUMNS.length)),
  ];
}

function methodCells(method: MethodSummary, task: ComparedTask, scores: TaskScores, sources: Sources): Cell[] {
  const { label, seeds, mean, deviation, overSeeds, overBoth } = method;
  const source = sources.of({ model: task.model, labels: [label], tasks: [task.task], seeds });
  const own = scores.methods.find((each) => each.label === label);
  const collapsed = own === undefined ? 0 : collapsedRuns(scores, own);
  const letters = task.letters.find((each) => each.label === label)?.letters ?? NONE;
  return [
    words(label),
    numberCell(seeds.length, source),
    { ...figureCell(mean, source, decimals(4)), best: task.best === label },
    intervalCell(overSeeds, source),
    intervalCell(overBoth, source),
    words(letters, sources.of({})),
    numberCell(collapsed, source, (runs) => (runs === 0 ? NONE : `${runs} of ${seeds.length}`)),
    figureCell(deviation, source, decimals(4)),
  ];
}

/** Of an interval alone: its middle is in a column of its own. */
function intervalCell({ value, reason }: Known<Interval>, source: Source): Cell {
  const text = value === null ? NONE : rangeText(value, 4);
  return { ...words(text, source), low: value?.low ?? null, high: value?.high ?? null, reason };
}

/** Why an interval is missing or worth little: once for all that share it. */
function notesOf({ task, methods }: ComparedTask): string[] {
  return methods.flatMap(({ overBoth, caution }) =>
    [overBoth.reason ?? [], caution ?? []].flat().map((reason) => `${task}: ${reason}`),
  );
}
