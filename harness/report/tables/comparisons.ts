// Each pair of methods on each task: the difference, how surely, and what could have been shown.
import { probability } from '../../contracts/words.ts';
import type { AdjustedPair, ComparedTask, Interval, Superiority } from '../../stats/comparison.ts';
import { type Figure, figure, type Known, missing } from '../../stats/summary.ts';
import type { StudyResults } from '../study-results.ts';
import { COMPARED_PART, comparedModels } from './compared-methods.ts';
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
import type { Cell, Column, Table } from './table.ts';

const COLUMNS: readonly Column[] = [
  left('task'),
  detail('metric'),
  left('first'),
  left('second'),
  detail('seeds'),
  { ...right('difference', 'difference (95 %)'), ends: { low: 'low', high: 'high' } },
  ...['bootstrap_low', 'bootstrap_high', 'standard_error', 'degrees_of_freedom', 'p'].map((key) => detail(key)),
  right('p_holm', 'p'),
  ...['seeds_low', 'seeds_high', 'p_seeds', 'test_of_runs', 'p_of_runs'].map((key) => detail(key)),
  right('p_of_runs_holm', 'p of these runs'),
  right('superiority', 'seeds won'),
  right('resolution'),
  right('seeds_needed', 'seeds needed'),
  ...['examples_needed', 'best', 'note'].map((key) => detail(key)),
];

/** A table a model; none where no methods are compared. */
export function comparisonTables({ compared }: StudyResults, sources: Sources): Table[] {
  return comparedModels(compared).flatMap((model): Table[] => {
    const tasks = compared.comparisons.tasks.filter((task) => task.model === model && task.pairs.length > 0);
    if (tasks.length === 0) return [];
    return [
      {
        ...{ name: 'comparisons', model, part: COMPARED_PART, title: 'Pairs of methods' },
        caption:
          'The first less the second, with intervals of 95 % over seeds and examples. p values are of that difference, and of these runs alone, on other examples; both are corrected for all pairs of all tasks (Holm). Resolution is the smallest difference that one such test, uncorrected, shows with 80 % power, and seeds needed are those that would show what was seen.',
        columns: COLUMNS,
        rows: tasks.flatMap((task) =>
          task.pairs.map((pair) => {
            const cells = pairCells(pair, task, sources);
            return COLUMNS.map(({ key }) => cells[key] ?? words(''));
          }),
        ),
        notes: [...new Set(tasks.flatMap(notesOf))],
      },
    ];
  });
}

/** Of fewer, what varies by seeds and what by examples is hardly told apart. */
const FEWEST_SEEDS = 3;

function pairCells(pair: AdjustedPair, task: ComparedTask, sources: Sources): Readonly<Record<string, Cell>> {
  const { a, b, seeds, overBoth, overSeeds, examplesTest, superiority, resolution, adjusted } = pair;
  const source = sources.of({ model: task.model, labels: [a, b], tasks: [task.task], seeds });
  // What is corrected for all pairs rests on all of them.
  const all = sources.of({});
  const number = (value: number | null | undefined) => numberCell(value ?? null, source);
  const needed: Known<number> =
    seeds.length < FEWEST_SEEDS ? missing('of so few seeds it is hardly known') : seedsNeeded(pair);
  return {
    task: words(task.task),
    metric: words(task.metric),
    first: words(a),
    second: words(b),
    seeds: number(seeds.length),
    difference: differenceCell(pair, source),
    bootstrap_low: number(overBoth.value?.bootstrap.low),
    bootstrap_high: number(overBoth.value?.bootstrap.high),
    standard_error: number(overBoth.value?.standardError),
    degrees_of_freedom: number(finite(overBoth.value?.degreesOfFreedom)),
    p: number(overBoth.value?.p),
    p_holm: figureCell(adjusted.overBoth, all, probability),
    seeds_low: number(overSeeds.value?.low),
    seeds_high: number(overSeeds.value?.high),
    p_seeds: number(overSeeds.value?.p),
    test_of_runs: words(examplesTest.value?.test ?? '', source),
    p_of_runs: number(examplesTest.value?.p),
    p_of_runs_holm: figureCell(adjusted.examplesTest, all, probability),
    superiority: superiorityCell(superiority, source),
    resolution: figureCell(
      resolution.value === null ? resolution : figure(resolution.value.smallest),
      source,
      decimals(4),
    ),
    seeds_needed: figureCell(needed, source, count),
    examples_needed: number(resolution.value?.examples.value),
    best: words(task.best ?? '', all),
    note: words(pair.caution ?? '', source),
  };
}

function differenceCell({ effect, overBoth }: AdjustedPair, source: Source): Cell {
  const interval: Interval | null = overBoth.value;
  const range = interval === null ? '' : ` (${rangeText(interval, 4)})`;
  const ends = { low: interval?.low ?? null, high: interval?.high ?? null };
  return figureCell(effect, source, (difference) => `${difference.toFixed(4)}${range}`, ends);
}

function superiorityCell({ value, reason }: Known<Superiority>, source: Source): Cell {
  if (value === null) return { ...words(NONE, source), reason };
  return { ...words(wonText(value), source), value: value.probability, low: value.low, high: value.high };
}

/** `2 of 3`, `2 of 3, 1 tied` */
function wonText({ wins, ties, losses }: Superiority): string {
  return `${wins} of ${wins + ties + losses}${ties === 0 ? '' : `, ${ties} tied`}`;
}

function seedsNeeded({ resolution }: AdjustedPair): Figure {
  return resolution.value === null ? resolution : resolution.value.seeds;
}

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

/** Why an interval is missing or worth little: once for all that share it. */
function notesOf({ task, pairs }: ComparedTask): string[] {
  return pairs.flatMap(({ overBoth, resolution, caution }) =>
    [overBoth.reason ?? [], resolution.reason ?? resolution.value.seeds.reason ?? [], caution ?? []]
      .flat()
      .map((reason) => `${task}: ${reason}`),
  );
}
