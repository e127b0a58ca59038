// The methods over all tasks of a model: interquartile mean, mean rank, and how often the first.
import type { Estimate, ScoresOverTasks } from '../../stats/comparison.ts';
import type { StudyResults } from '../study-results.ts';
import { COMPARED_PART } from './compared-methods.ts';
import { decimals, figureCell, left, NONE, rangeText, right, type Source, words } from './cells.ts';
import type { Sources } from './sources.ts';
import type { Cell, Table } from './table.ts';

const COLUMNS = [
  left('method'),
  right('interquartile_mean', 'interquartile mean'),
  right('mean_rank', 'mean rank'),
  right('first', 'P(first)'),
];

const CAPTION =
  'The interquartile mean of all runs, in brackets percentiles over resampled seeds on these examples (too narrow for few seeds), and the mean rank (1 is best), in brackets percentiles over resampled tasks, with the share of them in which it comes first (Agarwal et al., 2021).';

/** Two tables a model that has several tasks: of scores as they are, and of those between chance and full fine-tuning. */
export function overTaskTables({ compared }: StudyResults, sources: Sources): Table[] {
  return compared.comparisons.overTasks.flatMap(({ model, raw, normalised }): Table[] => {
    if (raw.tasks.length < 2) return [];
    const shared = { model, part: COMPARED_PART, columns: COLUMNS };
    const why =
      normalised.value === null ? [`Normalised between chance and full fine-tuning: ${NONE} ${normalised.reason}`] : [];
    const own = (label: string) => sources.of({ model, labels: [label], tasks: raw.tasks });
    const all = sources.of({ model, tasks: raw.tasks });
    const table: Table = {
      ...{ ...shared, name: 'over-tasks', title: `Over ${raw.tasks.length} tasks`, caption: CAPTION },
      rows: rowsOf(raw, own, all),
      notes: why,
    };
    if (normalised.value === null) return [table];
    return [
      table,
      {
        ...{ ...shared, name: 'over-tasks-normalised', title: `Over ${raw.tasks.length} tasks, normalised` },
        caption: 'The same of scores that are 0 at chance and 1 at full fine-tuning.',
        // Each score is between those of another method.
        rows: rowsOf(normalised.value, () => all, all),
        notes: [],
      },
    ];
  });
}

/** @param own source of what rests on a method's runs; ranks rest on all methods' */
function rowsOf({ methods }: ScoresOverTasks, own: (label: string) => Source, all: Source): Cell[][] {
  return methods.map(({ label, interquartileMean, meanRank, first }) => [
    words(label),
    estimateCell(interquartileMean, own(label), 4),
    estimateCell(meanRank, all, 2),
    figureCell(first, all, decimals(2)),
  ]);
}

function estimateCell({ value, interval }: Estimate, source: Source, digits: number): Cell {
  const range = interval.value === null ? '' : ` (${rangeText(interval.value, digits)})`;
  const ends = { low: interval.value?.low ?? null, high: interval.value?.high ?? null };
  return figureCell(value, source, (number) => `${number.toFixed(digits)}${range}`, ends);
}
