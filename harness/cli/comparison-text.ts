// What changed between two studies, in words and tables.
import { valueText } from '../audit/footnotes.ts';
import { counted, probability, signed, thousands } from '../contracts/words.ts';
import type { ComparedResults, ComparedRow, Confound, LoneRow, Verdict } from '../report/compare-results.ts';
import { COSTS, type CostChange, type CostName } from '../report/cost-changes.ts';
import { alignedTable } from '../report/markdown.ts';
import type { SettingChange } from '../report/setting-changes.ts';
import type { Figure } from '../stats/summary.ts';
import { printableLine } from '../contracts/printable.ts';

/** One of the two, as it is named. */
export interface NamedSide {
  readonly directory: string;
  /** Of its records, a line each. */
  readonly leftOut: readonly string[];
}

const NONE = '—';

export function comparisonText(first: NamedSide, second: NamedSide, results: ComparedResults): string {
  const { rows, onlyFirst, onlySecond } = results;
  const all = [...rows, ...onlyFirst, ...onlySecond];
  const parts = [
    `A is ${first.directory}, B ${second.directory}: ${counted(rows.length, 'row')} in both, ${onlyFirst.length} only in A, ${onlySecond.length} only in B.`,
    ...(rows.length === 0 ? [] : [scoreTable(rows), READING, costTable(rows)]),
    lines([
      ...untold(rows),
      ...explanations(rows),
      ...settings(rows),
      ...costReasons(rows),
      ...onlyFirst.map((row) => `only in A: ${nameOf(row, all)}`),
      ...onlySecond.map((row) => `only in B: ${nameOf(row, all)}`),
      ...first.leftOut.map((line) => `A: ${line}`),
      ...second.leftOut.map((line) => `B: ${line}`),
    ]),
  ];
  return parts
    .filter((part) => part !== '')
    .map((part) => `${part}\n`)
    .join('\n');
}

const READING =
  'Paired rows have the same seeds and examples: intervals (95 %) and p are of the change over seeds and examples. Others are of Welch: over the seeds and examples of each side where the examples are others, over seeds alone where only the seeds are. p is corrected for all rows (Holm); beyond its uncertainty is a p of 0.05 or less.';

const lines = (all: readonly string[]): string => all.map((line) => `- ${printableLine(line)}`).join('\n');

const VERDICTS: Readonly<Record<Verdict, string>> = {
  unchanged: 'unchanged: every prediction is the same',
  within: 'within its uncertainty',
  beyond: 'beyond its uncertainty',
  unknown: 'not known',
};

function scoreTable(rows: readonly ComparedRow[]): string {
  const body = rows.map((row) => {
    const { change, first, second, adjusted, verdict, metric } = row;
    const { interval, design } = change;
    return [
      methodOf(row),
      `${taskOf(row, rows)} (${metric ?? NONE})`,
      ...[first, second].map(({ mean, deviation }) => spread(mean, deviation)),
      change.effect.value === null ? NONE : signed(change.effect.value, (size) => size.toFixed(4)),
      interval.value === null ? NONE : `${interval.value.low.toFixed(4)} to ${interval.value.high.toFixed(4)}`,
      adjusted.value === null ? NONE : probability(adjusted.value),
      design ?? NONE,
      `${VERDICTS[verdict]}${verdict === 'beyond' && row.confounds.length > 0 ? ', but not all else is alike' : ''}`,
    ];
  });
  return alignedTable(['method', 'task', 'A', 'B', 'B - A', '95 %', 'p', 'runs', 'change'], body, 2);
}

const TITLES: Readonly<Record<CostName, string>> = {
  trainable: 'trainable',
  trainableCumulative: 'cumulative',
  stored: 'stored',
  peakRss: 'peak RSS MB',
  secondsPerBatch: 's/batch',
  secondsPerStep: 's/step',
};

function costTable(rows: readonly ComparedRow[]): string {
  const body = rows.map((row) => [methodOf(row), taskOf(row, rows), ...row.costs.map(costCell)]);
  return alignedTable(['method', 'task', ...COSTS.map((name) => TITLES[name])], body, 2);
}

/** `27,648`, `27,648 → 55,296 (+100 %)`, or without the share where the two do not compare. */
function costCell({ name, first, second, relative }: CostChange): string {
  const [one, other] = [first, second].map(({ value }) => (value === null ? NONE : costText(name, value)));
  if (relative.value !== null && one === other) return one ?? NONE;
  const share = relative.value === null ? '' : ` (${percent(relative.value)})`;
  return one === NONE && other === NONE ? NONE : `${one} → ${other}${share}`;
}

function costText(name: CostName, value: number): string {
  if (name === 'peakRss') return thousands(value / 1e6);
  return name.startsWith('seconds') ? value.toPrecision(3) : thousands(value);
}

function percent(share: number): string {
  return signed(share, (size) => `${(100 * size).toFixed(size < 0.1 ? 1 : 0)} %`);
}

/** Why rows have no verdict, or are not paired, and what their runs alone tell. */
function untold(rows: readonly ComparedRow[]): string[] {
  const reasonsOf = ({ verdict, change: { effect, interval, examplesTest, why, design } }: ComparedRow) => {
    const apart = design === 'unpaired' ? [`not paired: ${why}`] : [];
    if (verdict !== 'unknown') return apart;
    const alone = examplesTest.value;
    const ofRuns = alone === null ? '' : `; of these runs alone p is ${probability(alone.p)} (${alone.test})`;
    return [...apart, `${effect.reason ?? interval.reason ?? ''}${ofRuns}`];
  };
  return merged(rows, reasonsOf).map(({ text, own }) => `${listOf(own, rows)}: ${text}`);
}

/** What is not alike, once for all rows that it concerns: those whose predictions or costs changed. */
function explanations(rows: readonly ComparedRow[]): string[] {
  const concerned = rows.filter(
    ({ verdict, costs }) =>
      verdict !== 'unchanged' || costs.some(({ relative: { value } }) => value !== null && value !== 0),
  );
  const textOf = ({ level, rule, key, why, first, second }: Confound) =>
    `${level} ${rule === key ? rule : `${rule} (${key})`} ${fromTo(first, second)}: ${why}`;
  return merged(concerned, ({ confounds }) => confounds.map(textOf)).map(
    ({ text, own }) => `may explain a change of ${listOf(own, rows)}: ${text}`,
  );
}

function settings(rows: readonly ComparedRow[]): string[] {
  const textOf = ({ key, first, second }: SettingChange) => `${key} ${fromTo(first, second)}`;
  return merged(rows, (row) => row.settings.map(textOf)).map(
    ({ text, own }) => `set otherwise in ${listOf(own, rows)}: ${text}`,
  );
}

function costReasons(rows: readonly ComparedRow[]): string[] {
  const reasonsOf = ({ costs }: ComparedRow) => [
    ...new Set(
      costs.flatMap(({ first, second, relative }) =>
        relative.reason !== null && first.value !== null && second.value !== null ? [relative.reason] : [],
      ),
    ),
  ];
  return merged(rows, reasonsOf).map(({ text, own }) => `costs of ${listOf(own, rows)}: ${text}`);
}

interface Merged {
  readonly text: string;
  readonly own: readonly ComparedRow[];
}

/** Each text once, with the rows that have it. */
function merged(rows: readonly ComparedRow[], textsOf: (row: ComparedRow) => readonly string[]): Merged[] {
  const all = new Map<string, ComparedRow[]>();
  for (const row of rows) for (const text of textsOf(row)) all.set(text, [...(all.get(text) ?? []), row]);
  return [...all].map(([text, own]) => ({ text, own }));
}

function listOf(own: readonly ComparedRow[], rows: readonly ComparedRow[]): string {
  return own.length === rows.length && rows.length > 1 ? 'every row' : own.map((row) => nameOf(row, rows)).join('; ');
}

function fromTo(first: readonly unknown[], second: readonly unknown[]): string {
  const text = (values: readonly unknown[]) => (values.length === 0 ? 'none' : values.map(valueText).join(', '));
  return `${text(first)} → ${text(second)}`;
}

const methodOf = ({ label, secondLabel }: ComparedRow): string =>
  label === secondLabel ? label : `${label} → ${secondLabel}`;
/** With the model where there are several. */
function taskOf({ model, task }: LoneRow, rows: readonly LoneRow[]): string {
  return new Set(rows.map((row) => row.model)).size > 1 ? `${model}, ${task}` : task;
}
const nameOf = (row: LoneRow, rows: readonly LoneRow[]): string => `${row.label}, ${taskOf(row, rows)}`;

function spread(mean: Figure, deviation: Figure): string {
  if (mean.value === null) return NONE;
  return `${mean.value.toFixed(4)}${deviation.value === null ? '' : ` ± ${deviation.value.toFixed(4)}`}`;
}
