// Which method is better and how surely, as Markdown and as CSV: each task's methods beside what needs no model, each pair of
// them, and the methods over all tasks.
import { stringify } from 'csv-stringify/sync';
import { baselinesOf } from '../stats/baselines.ts';
import { collapsedRuns } from '../stats/collapsed.ts';
import type {
  AdjustedPair,
  ComparedTask,
  Estimate,
  Interval,
  ModelOverTasks,
  ScoresOverTasks,
  StudyComparisons,
  Superiority,
} from '../stats/comparison.ts';
import type { TaskScores } from '../stats/scores.ts';
import type { Figure, Known } from '../stats/summary.ts';
import { alignedTable, escaped } from './markdown.ts';

export interface Compared {
  readonly tasks: readonly TaskScores[];
  readonly comparisons: StudyComparisons;
  /** Runs that have no part in them, and why, a line each. */
  readonly leftOut: readonly string[];
}

/** A section a model; nothing where no run completed. */
export function comparisonTables(name: string, { tasks, comparisons, leftOut }: Compared): string {
  const models = [...new Set(tasks.map(({ model }) => model))];
  const sections = models.flatMap((model) => {
    const compared = comparisons.tasks.filter((task) => task.model === model);
    const over = comparisons.overTasks.find((each) => each.model === model);
    return [
      `## ${escaped(name)}: ${escaped(model)}, the methods compared`,
      'Intervals are of 95 %. p values are of the difference over seeds and examples, both of which another study would draw anew, and of these runs alone, on other examples; both are corrected for all pairs of all tasks (Holm). Methods that share a letter are not told apart. Resolution is the smallest difference that one such test, uncorrected, shows with 80 % power, and seeds needed are those that would show what was seen.',
      ...compared.flatMap((task) => taskPart(task, scoresOf(task, tasks))),
      ...(over === undefined || over.raw.tasks.length < 2 ? [] : overPart(over)),
    ];
  });
  const lines = leftOut.map((line) => `- ${escaped(line)}`).join('\n');
  return [...sections, ...(lines === '' ? [] : [lines])].map((part) => `${part}\n`).join('\n');
}

function scoresOf({ model, task }: ComparedTask, tasks: readonly TaskScores[]): TaskScores {
  const found = tasks.find((each) => each.model === model && each.task === task);
  if (found === undefined) throw new Error(`no scores of ${task}`);
  return found;
}

const NONE = '—';

function taskPart(task: ComparedTask, scores: TaskScores): string[] {
  const examples = scores.sets.reduce((sum, { labels }) => sum + labels.length, 0);
  const pairs = task.pairs.length === 0 ? [] : [alignedTable(PAIR_COLUMNS, task.pairs.map(pairCells), 1)];
  const notes = notesOf(task).map((line) => `- ${escaped(line)}`);
  return [
    `### ${escaped(task.task)} (${task.metric}, ${examples} examples)`,
    alignedTable(METHOD_COLUMNS, [...methodRows(task, scores), ...baselineRows(scores)], 1),
    ...pairs,
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
  ];
}

const METHOD_COLUMNS = ['method', 'seeds', 'mean', 'over seeds', 'over seeds and examples', 'letters', 'collapsed'];

function methodRows({ methods, letters }: ComparedTask, scores: TaskScores): string[][] {
  return methods.map(({ label, seeds, mean, overSeeds, overBoth }) => {
    const own = scores.methods.find((each) => each.label === label);
    const collapsed = own === undefined ? 0 : collapsedRuns(scores, own);
    return [
      label,
      String(seeds.length),
      decimals(mean),
      range(overSeeds),
      range(overBoth),
      letters.find((each) => each.label === label)?.letters ?? NONE,
      collapsed === 0 ? NONE : `${collapsed} of ${seeds.length}`,
    ];
  });
}

/** What needs no model. */
function baselineRows(scores: TaskScores): string[][] {
  return Object.entries(baselinesOf(scores)).flatMap(([name, { value }]) =>
    value === null ? [] : [[`(no model: ${name})`, NONE, value.toFixed(4), NONE, NONE, NONE, NONE]],
  );
}

const PAIR_COLUMNS = ['pair', 'difference', '95 %', 'p', 'p of these runs', 'seeds won', 'resolution', 'seeds needed'];

/** Of fewer, what varies by seeds and what by examples is hardly told apart. */
const FEWEST_SEEDS = 3;

/** `2 of 3`, `2 of 3, 1 tied` */
function wonText({ wins, ties, losses }: Superiority): string {
  return `${wins} of ${wins + ties + losses}${ties === 0 ? '' : `, ${ties} tied`}`;
}

function pairCells({ a, b, seeds, effect, overBoth, adjusted, superiority, resolution }: AdjustedPair): string[] {
  return [
    `${a} - ${b}`,
    decimals(effect),
    range(overBoth),
    probability(adjusted.overBoth),
    probability(adjusted.examplesTest),
    superiority.value === null ? NONE : wonText(superiority.value),
    resolution.value === null ? NONE : resolution.value.smallest.toFixed(4),
    seeds.length < FEWEST_SEEDS || resolution.value === null || resolution.value.seeds.value === null
      ? NONE
      : String(resolution.value.seeds.value),
  ];
}

/** Why an interval is missing or worth little: once for all that share it. */
function notesOf({ task, methods, pairs }: ComparedTask): string[] {
  const reasons = [
    ...methods.flatMap(({ overBoth, caution }) => [overBoth.reason ?? [], caution ?? []].flat()),
    ...pairs.flatMap(({ overBoth, resolution, caution }) =>
      [overBoth.reason ?? [], resolution.reason ?? resolution.value.seeds.reason ?? [], caution ?? []].flat(),
    ),
  ];
  return [...new Set(reasons)].map((reason) => `${task}: ${reason}`);
}

function overPart({ raw, normalised }: ModelOverTasks): string[] {
  return [
    `### over ${raw.tasks.length} tasks`,
    'The interquartile mean of all runs, in brackets percentiles over resampled seeds on these examples (too narrow for few seeds), and the mean rank (1 is best), in brackets percentiles over resampled tasks, with the share of them in which it comes first (Agarwal et al., 2021).',
    overTable(raw),
    normalised.value === null
      ? `Normalised between chance and full fine-tuning: ${NONE} ${escaped(normalised.reason)}.`
      : 'The same of scores that are 0 at chance and 1 at full fine-tuning:',
    ...(normalised.value === null ? [] : [overTable(normalised.value)]),
  ];
}

function overTable({ methods }: ScoresOverTasks): string {
  const body = methods.map(({ label, interquartileMean, meanRank, first }) => [
    label,
    estimate(interquartileMean, 4),
    estimate(meanRank, 2),
    first.value === null ? NONE : first.value.toFixed(2),
  ]);
  return alignedTable(['method', 'interquartile mean', 'mean rank', 'P(first)'], body, 1);
}

/** One line a pair, with all that is known of it. */
export function comparisonsCsv({ comparisons }: Pick<Compared, 'comparisons'>): string {
  const lines = comparisons.tasks.flatMap(({ model, task, metric, pairs, best }) =>
    pairs.map((pair) => ({
      ...{ model, task, metric, first: pair.a, second: pair.b, seeds: pair.seeds.length },
      difference: pair.effect.value,
      ...bounds('', pair.overBoth.value),
      ...bounds('bootstrap_', pair.overBoth.value?.bootstrap ?? null),
      standard_error: pair.overBoth.value?.standardError ?? null,
      degrees_of_freedom: finite(pair.overBoth.value?.degreesOfFreedom),
      p: pair.overBoth.value?.p ?? null,
      p_holm: pair.adjusted.overBoth.value,
      ...bounds('seeds_', pair.overSeeds.value),
      p_seeds: pair.overSeeds.value?.p ?? null,
      test_of_runs: pair.examplesTest.value?.test ?? null,
      p_of_runs: pair.examplesTest.value?.p ?? null,
      p_of_runs_holm: pair.adjusted.examplesTest.value,
      superiority: pair.superiority.value?.probability ?? null,
      ...bounds('superiority_', pair.superiority.value),
      resolution: pair.resolution.value?.smallest ?? null,
      seeds_needed: pair.resolution.value?.seeds.value ?? null,
      examples_needed: pair.resolution.value?.examples.value ?? null,
      best,
      note: [
        ...new Set([pair.overBoth.reason, pair.examplesTest.reason, pair.caution].flatMap((line) => line ?? [])),
      ].join('; '),
    })),
  );
  return stringify(lines, { header: true, columns: Object.keys(lines[0] ?? { model: '', task: '' }) });
}

const bounds = (prefix: string, interval: Interval | null) => ({
  [`${prefix}low`]: interval?.low ?? null,
  [`${prefix}high`]: interval?.high ?? null,
});

function finite(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : value;
}

function decimals({ value }: Figure): string {
  return value === null ? NONE : value.toFixed(4);
}

function range({ value }: Known<Interval>): string {
  return value === null ? NONE : `${value.low.toFixed(4)} to ${value.high.toFixed(4)}`;
}

function estimate({ value, interval }: Estimate, digits: number): string {
  if (value.value === null) return NONE;
  const of =
    interval.value === null ? '' : ` (${interval.value.low.toFixed(digits)} to ${interval.value.high.toFixed(digits)})`;
  return `${value.value.toFixed(digits)}${of}`;
}

function probability({ value }: Figure): string {
  if (value === null) return NONE;
  return value < 0.0001 ? '< 0.0001' : value.toPrecision(2);
}
