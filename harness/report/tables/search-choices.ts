// What each search chose, of how many settings: a table a model.
import type { SearchRow } from '../search.ts';
import type { StudyResults } from '../study-results.ts';
import { count, left, NONE, numberCell, right, words } from './cells.ts';
import { edgeWarnings, SEARCH_PART, searchedModels, settingWords } from './search-words.ts';
import type { Sources } from './sources.ts';
import type { Cell, Table } from './table.ts';

export function choiceTables({ searches }: StudyResults, sources: Sources): Table[] {
  return searchedModels(searches).map((model) => {
    const rows = searches.filter((row) => row.model === model);
    return {
      ...{ name: 'search', model, part: SEARCH_PART, title: 'Choices' },
      caption:
        'What was chosen, of so many settings that have a score, by the mean score of its trials on held-out training examples.',
      columns: [
        ...[left('method'), left('task'), left('chosen'), right('score'), right('examples')],
        ...[right('settings'), right('trials')],
      ],
      rows: rows.map((row) => choiceCells(row, sources)),
      notes: edgeWarnings(rows),
    };
  });
}

function choiceCells(row: SearchRow, sources: Sources): Cell[] {
  const { label, task, metric, settings, chosen } = row;
  const source = sources.ofSearch(row);
  const scored = settings.filter(({ score }) => score !== null).length;
  const score = chosen?.score ?? null;
  const ofMetric = metric === null ? '' : ` (${metric})`;
  return [
    words(label),
    words(task),
    words(settingWords(chosen?.values ?? {}) || NONE, source),
    score === null
      ? words(`${NONE}${ofMetric}`, source)
      : numberCell(score, source, (of) => `${of.toFixed(4)}${ofMetric}`),
    examplesCell(row, sources),
    numberCell(scored, source, (of) => `${of} of ${settings.length}`),
    numberCell(
      settings.reduce((sum, { trials }) => sum + trials, 0),
      source,
    ),
  ];
}

/** Asked for: null for all that there are. */
function examplesCell(row: SearchRow, sources: Sources): Cell {
  const source = sources.ofSearch(row);
  if (row.chosen === null) return words(NONE, source);
  return row.chosen.examples === null ? words('all', source) : numberCell(row.chosen.examples, source, count);
}
