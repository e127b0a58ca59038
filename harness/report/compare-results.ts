// What changed from the results of one study to those of another, or of one study at two versions: row by row, by how much,
// whether beyond its uncertainty, and what else differs that may explain it.
import { audit } from '../audit/audit.ts';
import type { LoweredRule } from '../audit/read-rules.ts';
import type { Context } from '../audit/readings.ts';
import type { RunRecord } from '../records/schema.ts';
import { type Change, changeOf, nothing, type ScoredMethod } from '../stats/change.ts';
import { adjust } from '../stats/compare-methods.ts';
import { isShown } from '../stats/level.ts';
import { type TaskScores, valuesOf } from '../stats/scores.ts';
import { type Figure, figure, mean } from '../stats/summary.ts';
import type { Row } from './aggregate.ts';
import { type CostChange, costChanges } from './cost-changes.ts';
import { matchRows, type MatchedRow, type SideRow } from './match-rows.ts';
import { deviationOf } from './over-seeds.ts';
import { type SettingChange, settingChanges } from './setting-changes.ts';

/** One of the two that are compared. */
export interface Side {
  /** Trials and final runs. */
  readonly records: readonly RunRecord[];
  readonly rows: readonly Row[];
  readonly tasks: readonly TaskScores[];
}

/** Unchanged: every prediction is the same. Beyond and within: by the corrected p value at 5 %. */
export type Verdict = 'unchanged' | 'within' | 'beyond' | 'unknown';

/** What should be alike between rows that are compared, and is not. */
export interface Confound {
  readonly rule: string;
  readonly key: string;
  readonly level: LoweredRule['level'];
  readonly why: string;
  readonly first: readonly unknown[];
  readonly second: readonly unknown[];
}

export interface ComparedRow {
  readonly model: string;
  readonly label: string;
  /** In the second, where it is another. */
  readonly secondLabel: string;
  readonly task: string;
  readonly metric: string | null;
  /** Of the runs that `change` is of; of the row's own where nothing compares. */
  readonly first: Row['quality'];
  readonly second: Row['quality'];
  readonly change: Change;
  /** Holm's p value over the rows. */
  readonly adjusted: Figure;
  readonly verdict: Verdict;
  /** What may explain a change of the score; of seconds and memory see `costs`. */
  readonly confounds: readonly Confound[];
  /** Keys of the configuration that differ and that no rule asks to be alike: the learning rate, a rank. */
  readonly settings: readonly SettingChange[];
  readonly costs: readonly CostChange[];
}

/** A row of one of the two. */
export type LoneRow = Pick<Row, 'model' | 'label' | 'task'>;

export interface ComparedResults {
  readonly rows: readonly ComparedRow[];
  readonly onlyFirst: readonly LoneRow[];
  readonly onlySecond: readonly LoneRow[];
}

/**
 * Rows are matched by model, label and task, those that are left by the method's name and options. Differences are the second
 * less the first.
 * @param rules of an audit, of which those are applied that ask for what is alike
 */
export function compareResults(
  first: Side,
  second: Side,
  rules: readonly LoweredRule[],
  scaleOf: Context['scaleOf'],
): ComparedResults {
  const { matched, onlyFirst, onlySecond } = matchRows(first, second);
  const changed = matched.map((row) => changeIn(row, first, second));
  const adjusted = adjust(
    changed.map(({ change: { interval } }) => (interval.value === null ? interval : figure(interval.value.p))),
  );
  const between = rules.flatMap(asBetween);
  const asked = between.map(({ key }) => key);
  const trials = [...first.records, ...second.records].filter(({ config }) => config.purpose === 'search');
  return {
    rows: matched.map((row, i) => {
      const { row: own, completed } = row.first;
      const { change, ...qualities } = changed[i] as ChangedRow;
      const confounds = confoundsOf(row, trials, between, scaleOf);
      return {
        ...{ model: own.model, label: own.label, secondLabel: row.second.row.label, task: own.task },
        ...{ metric: own.metric, ...qualities, change },
        adjusted: adjusted[i] as Figure,
        verdict: verdictOf(change, adjusted[i] as Figure),
        confounds,
        settings: settingChanges(completed, row.second.completed, asked),
        costs: costChanges(own, row.second.row),
      };
    }),
    onlyFirst: onlyFirst.map(keyOf),
    onlySecond: onlySecond.map(keyOf),
  };
}

const keyOf = ({ row: { model, label, task } }: SideRow): LoneRow => ({ model, label, task });

type ChangedRow = Pick<ComparedRow, 'first' | 'second' | 'change'>;

function changeIn({ first, second }: MatchedRow, one: Side, other: Side): ChangedRow {
  const scoresOf = ({ row }: SideRow, { tasks }: Side) => {
    const scores = tasks.find(({ model, task }) => model === row.model && task === row.task);
    const method = scores?.methods.find(({ label }) => label === row.label);
    return scores && method && { scores, method };
  };
  // Of seeds that were scored otherwise than one another, or made of other weights, there is no figure.
  const reason = first.row.quality.mean.reason ?? second.row.quality.mean.reason;
  const ofRows = { first: first.row.quality, second: second.row.quality };
  if (reason !== null) return { ...ofRows, change: nothing(reason) };
  const [own, its] = [scoresOf(first, one), scoresOf(second, other)];
  if (own === undefined || its === undefined) {
    return { ...ofRows, change: nothing('the predictions do not tell the score') };
  }
  return { first: qualityOf(own, first), second: qualityOf(its, second), change: changeOf(own, its) };
}

/** Of the runs that the change is of, which may be fewer than the row has. */
function qualityOf({ scores, method: { runs } }: ScoredMethod, { completed }: SideRow): Row['quality'] {
  const values = valuesOf(scores, runs);
  if (values.value === null) return { mean: values, deviation: values };
  const kept = completed.filter((record) => runs.some(({ seed }) => seed === record.seed));
  return { mean: mean(values.value), deviation: deviationOf(kept, values.value) };
}

function verdictOf({ identical }: Change, { value }: Figure): Verdict {
  if (identical) return 'unchanged';
  if (value === null) return 'unknown';
  return isShown(value) ? 'beyond' : 'within';
}

/** Of rules for rows beside one another, those that two versions of one row are held to: its seeds' too. */
function asBetween(rule: LoweredRule): LoweredRule[] {
  if (rule.same === undefined || rule.key.startsWith('row.') || COSTS_ONLY.has(rule.key)) return [];
  return [rule.same === 'row' ? { ...rule, same: 'task' } : rule];
}

/** What decides seconds and memory and no score. */
const COSTS_ONLY = new Set([
  ...['cores', 'threads', 'node', 'memoryBytes', 'jobs'].map((key) => `environment.${key}`),
  ...['gradientCheckpointing', 'evalBatchSize'].map((key) => `config.training.${key}`),
]);

function confoundsOf(
  { first, second }: MatchedRow,
  trials: readonly RunRecord[],
  rules: readonly LoweredRule[],
  scaleOf: Context['scaleOf'],
): Confound[] {
  const records = [...first.completed.map(named('first')), ...second.completed.map(named('second'))];
  const seeds = [...new Set(records.map(({ seed }) => seed))];
  const axes = { models: [MODEL], labels: ['first', 'second'], tasks: [TASK], seeds };
  return audit([...records, ...trials], axes, rules, scaleOf).flatMap(({ rule, key, level, why, rows }) => {
    const [one, other] = ['first', 'second'].map((side) => rows.find(({ label }) => label === side)?.values);
    if (one === undefined || other === undefined || haveSame(one, other)) return [];
    return [{ rule, key, level, why, first: one, second: other }];
  });
}

const MODEL = 'model';
const TASK = 'task';

/** As a row of a table of two: how a study spells its model and calls its method tells nothing. */
function named(label: 'first' | 'second') {
  return (record: RunRecord): RunRecord => {
    const { method, task } = record.config;
    const config = { ...record.config, model: MODEL, method: { ...method, label }, task: { ...task, id: TASK } };
    return { ...record, config };
  };
}

function haveSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  const texts = (values: readonly unknown[]) => new Set(values.map((value) => JSON.stringify(value)));
  const [own, its] = [texts(one), texts(other)];
  return own.size === its.size && [...own].every((text) => its.has(text));
}
