// The tables as aligned Markdown: quality (methods x tasks, with an average) and cost.
import type { Figure } from '../stats/summary.ts';
import type { Row, Summary } from './aggregate.ts';
import type { SetTable } from './sets.ts';

/** Both tables of each model, and below them a line for each figure that is missing or speaks for fewer runs. */
export function markdownTables(name: string, summary: Summary): string {
  const models = [...new Set(summary.rows.map((row) => row.model))];
  const sections = models.map((model) => {
    const rows = summary.rows.filter((row) => row.model === model);
    const averages = summary.averages.filter((average) => average.model === model);
    return [
      `## ${escaped(name)}: ${escaped(model)}`,
      'Quality: mean ± sample deviation over seeds.',
      qualityTable({ rows, averages }),
      ...summary.sets.filter((table) => table.model === model).flatMap(setTable),
      'Cost: parameters of the method (at once, over the whole run, stored; the head is counted apart), memory and time.',
      costTable(rows),
      ...notes({ rows, averages }),
    ].join('\n\n');
  });
  const leftOut = summary.leftOut.map((line) => `- ${line}`).join('\n');
  return `${[...sections, ...(leftOut === '' ? [] : [leftOut])].join('\n\n')}\n`;
}

type Quality = Pick<Summary, 'rows' | 'averages'>;

function qualityTable({ rows, averages }: Quality): string {
  const tasks = [...new Set(rows.map((row) => row.task))];
  const metricOf = (task: string): string =>
    rows.find((row) => row.task === task && row.metric !== null)?.metric ?? 'no run';
  const header = ['method', ...tasks.map((task) => `${task} (${metricOf(task)})`), 'average'];
  const body = averages.map(({ label, mean }) => [
    label,
    ...tasks.map((task) => qualityCell(rows.find((row) => row.task === task && row.label === label))),
    decimals(mean, 4),
  ]);
  return alignedTable(header, body, 1);
}

function qualityCell(row: Row | undefined): string {
  if (row === undefined) return NONE;
  const partial = Object.entries(row.runs)
    .filter(([status, count]) => status !== 'completed' && count > 0)
    .map(([status, count]) => `${count} ${status === 'missing' ? 'not run' : status}`);
  return `${spread(row.quality)}${partial.length > 0 ? ` (${partial.join(', ')})` : ''}`;
}

/** A line that says what is shown, and the table. */
function setTable({ task, metric, labels, rows }: SetTable): string[] {
  const body = rows.map(({ set, figures }) => [set, ...figures.map(spread)]);
  return [`${escaped(task)} by set (${metric}):`, alignedTable(['set', ...labels], body, 1)];
}

function spread({ mean, deviation }: Row['quality']): string {
  return `${decimals(mean, 4)}${deviation.value === null ? '' : ` ± ${deviation.value.toFixed(4)}`}`;
}

function costTable(rows: readonly Row[]): string {
  const header = [
    'method',
    'task',
    'learning rate',
    'trainable',
    'of model',
    'cumulative',
    'stored',
    'head',
    'peak RSS',
    's/batch',
    'runs',
  ];
  const body = rows.map((row) => [
    row.label,
    row.task,
    row.learningRates.join(', ') || NONE,
    thousands(row.params.trainable),
    row.params.share.value === null ? NONE : `${(100 * row.params.share.value).toFixed(3)} %`,
    thousands(row.params.trainableCumulative),
    thousands(row.params.stored),
    thousands(row.params.head),
    row.peakRss.value === null ? NONE : `${Math.round(row.peakRss.value / 1e6)} MB`,
    decimals(row.secondsPerBatch, 3),
    String(row.runs.completed),
  ]);
  return alignedTable(header, body, 2);
}

/** Why a figure is missing, and which runs failed. */
function notes({ rows, averages }: Quality): string[] {
  const ofRows = rows.flatMap((row) => {
    const reasons = [row.quality.mean, row.secondsPerBatch].flatMap(({ reason }) => reason ?? []);
    return [...new Set([...reasons.map((reason) => `${NONE} ${reason}`), ...row.problems])].map(
      (note) => `- ${escaped(`${row.label}, ${row.task}: ${note}`)}`,
    );
  });
  const ofAverages = averages.flatMap(({ label, mean }) =>
    mean.reason === null ? [] : [`- ${escaped(`${label}, average: ${NONE} ${mean.reason}`)}`],
  );
  const lines = [...ofRows, ...ofAverages];
  return lines.length === 0 ? [] : [lines.join('\n')];
}

const NONE = '—';

function decimals(value: Figure, digits: number): string {
  return value.value === null ? NONE : value.value.toFixed(digits);
}

function thousands(value: Figure): string {
  return value.value === null ? NONE : Math.round(value.value).toLocaleString('en-US');
}

/**
 * A Markdown table of plain texts whose columns line up as plain text too; the first `left` columns to the left, the rest
 * to the right.
 */
export function alignedTable(names: readonly string[], rows: readonly (readonly string[])[], left: number): string {
  const header = names.map(escaped);
  const body = rows.map((cells) => cells.map(escaped));
  const widths = header.map((name, column) =>
    Math.max(3, name.length, ...body.map((cells) => (cells[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => pad(cells[column] ?? '', width, column < left)).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column < left ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(header), rule, ...body.map(line)].join('\n');
}

/** What Markdown would take for more than a letter, an underscore only where a word begins or ends. */
const MARKUP = /[\\|`*<~[\]]|&(?=#?\w+;)|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu;

/** A text that Markdown shows as it is, on one line, in a table too. */
function escaped(text: string): string {
  return text.replaceAll(/\s*[\r\n\u2028\u2029]\s*/g, ' ').replaceAll(MARKUP, '\\$&');
}

function pad(text: string, width: number, left: boolean): string {
  return left ? text.padEnd(width) : text.padStart(width);
}
