// The tables as aligned Markdown: quality (methods x tasks, with an average), examples, parameters, time and memory.
import type { Finding } from '../audit/audit.ts';
import { footnotesOf } from '../audit/footnotes.ts';
import type { Figure } from '../stats/summary.ts';
import type { Row, Summary } from './aggregate.ts';
import { conditionsText } from '../records/conditions.ts';
import type { Measured } from './cost.ts';
import { EXAMPLE_COLUMNS, type ExampleTable, exampleTable } from './example-table.ts';
import { costReasons, countReasons, qualityReasons, selectionNotes, withoutRuns } from './notes.ts';
import type { SetTable } from './sets.ts';
import { thousands } from '../contracts/words.ts';

/** The tables of each model, and below them a line for each figure that is missing or speaks for fewer runs. */
export function markdownTables(name: string, summary: Summary): string {
  const models = [...new Set(summary.rows.map((row) => row.model))];
  const sections = models.map((model) => {
    const rows = summary.rows.filter((row) => row.model === model);
    const averages = summary.averages.filter((average) => average.model === model);
    const examples = exampleTable(rows);
    return [
      `## ${escaped(name)}: ${escaped(model)}`,
      'Quality: mean ± sample deviation over seeds.',
      qualityTable({ rows, averages }),
      ...summary.sets.filter((table) => table.model === model).flatMap(setTable),
      ...examplesPart(examples),
      'Parameters of the method: at once, over the whole run, stored; the head is counted apart.',
      parameterTable(rows),
      'Time and memory: s/batch is the median of a step without compilation and warm-up, s/step the mean of all steps with everything they take, each with p05 to p95; peak RSS is the largest of the runs.',
      costTable(rows),
      ...measuredOn(rows),
      ...notes({ rows, averages }, [...examples.notes, ...unequalNotes(summary, model)], summary.findings),
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

/** A line that says what is shown, and the table; nothing where no run completed. */
function examplesPart({ rows }: ExampleTable): string[] {
  if (rows.length === 0) return [];
  const body = rows.map((cells) => cells.map((cell) => cell ?? NONE));
  return [
    'Examples: the sets that were scored, of how many that were read (where fewer, the same for every run), and training examples read, drawn by the seed, and seen in all steps.',
    alignedTable(EXAMPLE_COLUMNS, body, 3),
  ];
}

function parameterTable(rows: readonly Row[]): string {
  const header = ['method', 'task', 'learning rate', 'trainable', 'of model', 'cumulative', 'stored', 'head'];
  const body = rows.map((row) => [
    row.label,
    row.task,
    row.learningRates.join(', ') || NONE,
    count(row.params.trainable),
    row.params.share.value === null ? NONE : `${(100 * row.params.share.value).toFixed(3)} %`,
    count(row.params.trainableCumulative),
    count(row.params.stored),
    count(row.params.head),
  ]);
  return alignedTable(header, body, 2);
}

function costTable(rows: readonly Row[]): string {
  const body = rows.map(({ label, task, cost, runs }) => [
    label,
    task,
    seconds(cost.secondsPerBatch),
    seconds(cost.secondsPerStep),
    memory(cost.peakRss),
    String(runs.completed),
  ]);
  return alignedTable(['method', 'task', 's/batch', 's/step', 'peak RSS', 'runs'], body, 2);
}

/** `0.077 (0.071 to 0.090, n 156)` */
function seconds({ value, low, high, n }: Measured): string {
  const from = low === null || high === null ? '' : ` (${low.toFixed(3)} to ${high.toFixed(3)}, n ${n})`;
  return `${decimals(value, 3)}${from}`;
}

/** `788 MB`, or `788 MB (from 780)` where runs differ. */
function memory({ value, low }: Measured): string {
  if (value.value === null || low === null) return NONE;
  const [most, least] = [value.value, low].map((bytes) => Math.round(bytes / 1e6));
  return most === least ? `${most} MB` : `${most} MB (from ${least})`;
}

/** What the seconds and the memory are of: one line, as only those of the same conditions are shown. */
function measuredOn(rows: readonly Row[]): string[] {
  const conditions = rows.find(({ cost }) => cost.conditions !== null)?.cost.conditions ?? null;
  return conditions === null ? [] : [escaped(`Measured on ${conditionsText(conditions)}.`)];
}

function unequalNotes({ unequal }: Summary, model: string): string[] {
  return unequal.filter((each) => each.model === model).map(({ task, note }) => `${task}: ${note}`);
}

/** Why a figure is missing, what does not compare, which runs failed, and what the audit found. */
function notes({ rows, averages }: Quality, ofExamples: readonly string[], findings: readonly Finding[]): string[] {
  const ofRows = rows.flatMap((row) => {
    const reasons = [...new Set([...qualityReasons(row), ...countReasons(row), ...costReasons(row)])].map(
      (reason) => `${NONE} ${reason}`,
    );
    const lines = [...reasons, ...withoutRuns(row), ...selectionNotes(row), ...row.problems];
    return lines.map((note) => `${row.label}, ${row.task}: ${note}`);
  });
  const ofAverages = averages.flatMap(({ label, mean }) =>
    mean.reason === null ? [] : [`${label}, average: ${NONE} ${mean.reason}`],
  );
  const ofAudit = new Set(findings.flatMap((finding) => rows.flatMap((row) => footnotesOf([finding], row))));
  const lines = [...ofExamples, ...ofRows, ...ofAverages, ...ofAudit].map((note) => `- ${escaped(note)}`);
  return lines.length === 0 ? [] : [lines.join('\n')];
}

const NONE = '—';

function decimals(value: Figure, digits: number): string {
  return value.value === null ? NONE : value.value.toFixed(digits);
}

function count({ value }: Figure): string {
  return value === null ? NONE : thousands(value);
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
export function escaped(text: string): string {
  return text.replaceAll(/\s*[\r\n\u2028\u2029]\s*/g, ' ').replaceAll(MARKUP, '\\$&');
}

function pad(text: string, width: number, left: boolean): string {
  return left ? text.padEnd(width) : text.padStart(width);
}
