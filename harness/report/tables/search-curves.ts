// How scores depend on each searched key, and how far fewer settings would have come: a table each a model, for readers.
import { mean } from '../../stats/summary.ts';
import type { SearchRow, Sensitivity, SensitivityPoint } from '../search.ts';
import type { StudyResults } from '../study-results.ts';
import { decimals, left, NONE, numberCell, right, type Source, words } from './cells.ts';
import { SEARCH_PART, searchedModels, valueText } from './search-words.ts';
import type { Sources } from './sources.ts';
import type { Cell, Table } from './table.ts';

export function sensitivityTables({ searches }: StudyResults, sources: Sources): Table[] {
  return searchedModels(searches).map((model) => {
    const rows = searches.filter((row) => row.model === model);
    return {
      ...{ name: 'search-values', model, part: SEARCH_PART, title: 'Sensitivity' },
      caption: 'The scores at the values of a key, whatever the others are; of many values, in groups of neighbours.',
      columns: [
        ...[left('method'), left('task'), left('key'), right('value'), right('settings'), right('mean')],
        right('best'),
      ],
      rows: rows.flatMap((row) =>
        row.sensitivity.flatMap((each) =>
          grouped(each).map((group) => groupCells(row, each, group, sources.ofSearch(row, group.ids))),
        ),
      ),
      notes: [],
    };
  });
}

/** Values of a key that have a row of their own; of more, as many groups. */
const MOST_VALUES = 6;

interface Group {
  readonly text: string;
  readonly ids: readonly string[];
  readonly settings: number;
  readonly mean: number | null;
  readonly best: number | null;
}

function groupCells({ label, task }: SearchRow, { key }: Sensitivity, group: Group, source: Source): Cell[] {
  const score = (value: number | null) =>
    value === null ? words(NONE, source) : numberCell(value, source, decimals(4));
  return [
    ...[words(label), words(task), words(key), words(group.text), numberCell(group.settings, source)],
    ...[score(group.mean), score(group.best)],
  ];
}

function grouped({ points }: Sensitivity): Group[] {
  const areNumbers = points.every(({ value }) => typeof value === 'number');
  const groups = Math.min(points.length, MOST_VALUES);
  if (!areNumbers || groups === points.length) return points.map((point) => groupOf([point]));
  const bound = (i: number) => Math.round((i * points.length) / groups);
  return Array.from({ length: groups }, (_, i) => groupOf(points.slice(bound(i), bound(i + 1))));
}

function groupOf(points: readonly SensitivityPoint[]): Group {
  const [first, last] = [points[0]?.value, points.at(-1)?.value];
  const scores = points.flatMap((point) => Array<number>(point.settings).fill(point.mean ?? 0));
  const best = points.flatMap((point) => point.best ?? []);
  return {
    text: points.length === 1 ? valueText(first) : `${valueText(first)} to ${valueText(last)}`,
    ids: points.flatMap(({ ids }) => ids),
    settings: scores.length,
    mean: mean(scores).value,
    best: best.length === 0 ? null : Math.max(...best),
  };
}

/** Columns are 1, 2, 4, ... settings, and all that a search has. */
export function bestOfTables({ searches }: StudyResults, sources: Sources): Table[] {
  return searchedModels(searches).map((model) => {
    const rows = searches.filter((row) => row.model === model);
    const most = Math.max(1, ...rows.map(({ expectedBest }) => expectedBest.length));
    const powers = Array.from({ length: Math.ceil(Math.log2(most)) }, (_, i) => 2 ** i);
    const counts = [...powers, most];
    return {
      ...{ name: 'search-best-of', model, part: SEARCH_PART, title: 'Expected best score of n settings' },
      caption:
        'Drawn from those with a score without replacement (unbiased, Tang et al., 2020) / with replacement (Dodge et al., 2019).',
      columns: [left('method'), left('task'), ...counts.map((n) => right(`n_${n}`, `n ${n}`))],
      rows: rows.map((row) => [
        words(row.label),
        words(row.task),
        ...counts.map((n) => bestCell(row, n, sources.ofSearch(row))),
      ]),
      notes: [],
    };
  });
}

/** The value is the one without replacement. */
function bestCell({ expectedBest }: SearchRow, n: number, source: Source): Cell {
  const found = expectedBest[n - 1];
  if (found === undefined) return words(NONE, source);
  const show = (value: number) => `${value.toFixed(4)} / ${found.withReplacement.toFixed(4)}`;
  return numberCell(found.withoutReplacement, source, show);
}
