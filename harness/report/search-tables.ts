// What the searches of a study tell, as Markdown and as CSV.
import { stringify } from 'csv-stringify/sync';
import { mean } from '../stats/summary.ts';
import { alignedTable, escaped } from './markdown.ts';
import type { Edge, SearchRow, Sensitivity, SensitivityPoint } from './search.ts';
import { thousands } from '../contracts/words.ts';

/** A section a model; nothing where nothing was searched. */
export function searchTables(name: string, searches: readonly SearchRow[]): string {
  const models = [...new Set(searches.map(({ model }) => model))];
  const sections = models.map((model) => {
    const rows = searches.filter((row) => row.model === model);
    const warnings = edgeWarnings(rows).map((line) => `- ${escaped(line)}`);
    return [
      `## ${escaped(name)}: ${escaped(model)}, the search`,
      'What was chosen, of so many settings that have a score, by the mean score of its trials on held-out training examples.',
      choiceTable(rows),
      ...(warnings.length === 0 ? [] : [warnings.join('\n')]),
      'Sensitivity: the scores at the values of a key, whatever the others are; of many values, in groups of neighbours.',
      sensitivityTable(rows),
      'Expected best score of n settings: drawn from those with a score without replacement (unbiased, Tang et al., 2020) / with replacement (Dodge et al., 2019).',
      expectedTable(rows),
    ].join('\n\n');
  });
  return sections.map((section) => `${section}\n`).join('\n');
}

/** `lora, glue/stsb: the chosen learningRate 0.001 is the largest of 2 tried; a larger one may be better` */
export function edgeWarnings(rows: readonly SearchRow[]): string[] {
  return rows.flatMap(({ label, task, alike, edges }) =>
    [...(alike ? [ALIKE] : []), ...edges.map(edgeText)].map((text) => `${label}, ${task}: ${text}`),
  );
}

const ALIKE = 'all settings score alike: the search has chosen nothing, and the smallest rate was taken';

function edgeText({ key, value, side, tried }: Edge): string {
  const beyond = side === 'largest' ? 'larger' : 'smaller';
  return `the chosen ${key} ${value} is the ${side} of ${tried} tried; a ${beyond} one may be better`;
}

const NONE = '—';

function choiceTable(rows: readonly SearchRow[]): string {
  const body = rows.map(({ label, task, metric, settings, chosen }) => [
    label,
    task,
    settingWords(chosen?.values ?? {}) || NONE,
    `${decimals(chosen?.score ?? null)}${metric === null ? '' : ` (${metric})`}`,
    chosen === null ? NONE : chosen.examples === null ? 'all' : thousands(chosen.examples),
    `${settings.filter(({ score }) => score !== null).length} of ${settings.length}`,
    String(settings.reduce((sum, { trials }) => sum + trials, 0)),
  ]);
  return alignedTable(['method', 'task', 'chosen', 'score', 'examples', 'settings', 'trials'], body, 3);
}

function settingWords(values: Readonly<Record<string, unknown>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key} ${words(value)}`)
    .join(', ');
}

function words(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function sensitivityTable(rows: readonly SearchRow[]): string {
  const body = rows.flatMap(({ label, task, sensitivity }) =>
    sensitivity.flatMap((each) =>
      grouped(each).map(({ text, settings, mean, best }) => [
        ...[label, task, each.key, text, String(settings), decimals(mean), decimals(best)],
      ]),
    ),
  );
  return alignedTable(['method', 'task', 'key', 'value', 'settings', 'mean', 'best'], body, 3);
}

/** Values of a key that have a row of their own; of more, as many groups. */
const MOST_VALUES = 6;

interface Group {
  readonly text: string;
  readonly settings: number;
  readonly mean: number | null;
  readonly best: number | null;
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
    text: points.length === 1 ? words(first) : `${words(first)} to ${words(last)}`,
    settings: scores.length,
    mean: mean(scores).value,
    best: best.length === 0 ? null : Math.max(...best),
  };
}

/** Columns are 1, 2, 4, ... settings, and all that a search has. */
function expectedTable(rows: readonly SearchRow[]): string {
  const most = Math.max(1, ...rows.map(({ expectedBest }) => expectedBest.length));
  const powers = Array.from({ length: Math.ceil(Math.log2(most)) }, (_, i) => 2 ** i);
  const columns = [...powers, most];
  const body = rows.map(({ label, task, expectedBest }) => [
    label,
    task,
    ...columns.map((n) => {
      const found = expectedBest[n - 1];
      return found === undefined ? NONE : `${decimals(found.withoutReplacement)} / ${decimals(found.withReplacement)}`;
    }),
  ]);
  return alignedTable(['method', 'task', ...columns.map((n) => `n ${n}`)], body, 2);
}

function decimals(value: number | null): string {
  return value === null ? NONE : value.toFixed(4);
}

const ROW_COLUMNS = ['model', 'method', 'task', 'metric'];
const rowCells = ({ model, label, task, metric }: SearchRow) => ({ model, method: label, task, metric });
const csv = (columns: readonly string[], lines: readonly object[]): string =>
  stringify([...lines], { header: true, columns: [...ROW_COLUMNS, ...columns] });

/** A line a setting and number of examples; the score is the mean of its trials. */
export function searchTrialsCsv(searches: readonly SearchRow[]): string {
  const keys = [...new Set(searches.flatMap((row) => row.keys))];
  const lines = searches.flatMap((row) =>
    row.settings.map(({ values, examples, trials, score }) => ({
      ...rowCells(row),
      ...Object.fromEntries(Object.entries(values).map(([key, value]) => [key, words(value)])),
      ...{ examples, trials, score },
    })),
  );
  return csv([...keys, 'examples', 'trials', 'score'], lines);
}

/** A line a value of a key. */
export function sensitivityCsv(searches: readonly SearchRow[]): string {
  const lines = searches.flatMap((row) =>
    row.sensitivity.flatMap(({ key, points }) =>
      points.map(({ value, settings, mean, best }) => ({
        ...rowCells(row),
        ...{ key, value: words(value), examples: row.examples, settings, mean, best },
        chosen: JSON.stringify(row.chosen?.values[key]) === JSON.stringify(value),
        edge: row.edges.find((edge) => edge.key === key && edge.value === value)?.side ?? '',
      })),
    ),
  );
  return csv(['key', 'value', 'examples', 'settings', 'mean', 'best', 'chosen', 'edge'], lines);
}

/** A line a number of settings. */
export function expectedBestCsv(searches: readonly SearchRow[]): string {
  const lines = searches.flatMap((row) =>
    row.expectedBest.map(({ n, withReplacement, withoutReplacement }) => ({
      ...rowCells(row),
      ...{ examples: row.examples, n, without_replacement: withoutReplacement, with_replacement: withReplacement },
    })),
  );
  return csv(['examples', 'n', 'without_replacement', 'with_replacement'], lines);
}
