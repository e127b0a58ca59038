// What searches tell, for programs: a line a setting, a value of a key, and a number of settings.
import type { SearchRow } from '../search.ts';
import type { StudyResults } from '../study-results.ts';
import { left, numberCell, right, type Source, words } from './cells.ts';
import { type Cells, dataTable } from './data-table.ts';
import { named } from './quality.ts';
import { valueText } from './search-words.ts';
import type { Sources } from './sources.ts';
import type { Cell, Column, Table } from './table.ts';

/** None where nothing was searched. */
export function searchDataTables({ searches }: StudyResults, sources: Sources): Table[] {
  if (searches.length === 0) return [];
  return [trialTable(searches, sources), valueTable(searches, sources), bestTable(searches, sources)];
}

const ROW_COLUMNS: readonly Column[] = ['model', 'method', 'task', 'metric'].map((key) => left(key));

function rowCells({ model, label, task, metric }: SearchRow): Cells {
  return { ...named(model, label, task), metric: words(metric ?? '') };
}

/** A line a setting and number of examples; the score is the mean of its trials. */
function trialTable(searches: readonly SearchRow[], sources: Sources): Table {
  const keys = [...new Set(searches.flatMap((row) => row.keys))];
  const rows = searches.flatMap((row) =>
    row.settings.map(({ ids, values, examples, trials, score }) => {
      const source = sources.ofSearch(row, ids);
      return {
        ...rowCells(row),
        ...Object.fromEntries(Object.entries(values).map(([key, value]) => [key, valueCell(value, source)])),
        examples: numberCell(examples, source),
        trials: numberCell(trials, source),
        score: numberCell(score, source),
      };
    }),
  );
  return dataTable(
    'search-trials',
    'Settings tried',
    'A line a setting and number of training examples; the score is the mean of its trials.',
    [...ROW_COLUMNS, ...[...keys, 'examples', 'trials', 'score'].map((key) => right(key))],
    rows,
  );
}

function valueTable(searches: readonly SearchRow[], sources: Sources): Table {
  const rows = searches.flatMap((row) =>
    row.sensitivity.flatMap(({ key, points }) =>
      points.map(({ value, ids, settings, mean, best }) => {
        const source = sources.ofSearch(row, ids);
        const all = sources.ofSearch(row);
        const isChosen = JSON.stringify(row.chosen?.values[key]) === JSON.stringify(value);
        return {
          ...rowCells(row),
          key: words(key),
          value: valueCell(value, source),
          examples: numberCell(row.examples, all),
          settings: numberCell(settings, source),
          mean: numberCell(mean, source),
          best: numberCell(best, source),
          chosen: isChosen ? numberCell(1, all) : words('', all),
          edge: words(row.edges.find((edge) => edge.key === key && edge.value === value)?.side ?? '', all),
        };
      }),
    ),
  );
  return dataTable(
    'search-sensitivity',
    'Sensitivity by value',
    'A line a value of a searched key, with the scores of the settings that have it, whatever their other keys are.',
    [
      ...ROW_COLUMNS,
      left('key'),
      ...['value', 'examples', 'settings', 'mean', 'best', 'chosen'].map((key) => right(key)),
      left('edge'),
    ],
    rows,
  );
}

function bestTable(searches: readonly SearchRow[], sources: Sources): Table {
  const rows = searches.flatMap((row) =>
    row.expectedBest.map(({ n, withReplacement, withoutReplacement }) => {
      const source = sources.ofSearch(row);
      return {
        ...rowCells(row),
        examples: numberCell(row.examples, source),
        n: numberCell(n, source),
        without_replacement: numberCell(withoutReplacement, source),
        with_replacement: numberCell(withReplacement, source),
      };
    }),
  );
  return dataTable(
    'search-expected-best',
    'Expected best by number of settings',
    'A line a number of settings: their expected best score without replacement (unbiased, Tang et al., 2020) and with (Dodge et al., 2019).',
    [...ROW_COLUMNS, ...['examples', 'n', 'without_replacement', 'with_replacement'].map((key) => right(key))],
    rows,
  );
}

/** Of a searched key: a number as one, else in words. */
function valueCell(value: unknown, source: Source): Cell {
  return typeof value === 'number' ? numberCell(value, source) : words(valueText(value), source);
}
