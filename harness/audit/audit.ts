// Rules applied to the rows that a table compares: those of one model and task, over their seeds.
import { isDeepStrictEqual } from 'node:util';
import type { RunRecord } from '../records/schema.ts';
import { type AuditedRow, type Context, isTrained, ROW_READINGS, readRun } from './readings.ts';
import type { LoweredRule } from './read-rules.ts';

/** What a rule found in the tables of one model. */
export interface Finding {
  readonly rule: string;
  readonly level: LoweredRule['level'];
  readonly key: string;
  readonly why: string;
  /** Why the rule counts for less here; null where it does not. */
  readonly lowered: string | null;
  readonly model: string;
  /** On which all of this is the same. */
  readonly tasks: readonly string[];
  /** The rows concerned, with all values that each has. */
  readonly rows: readonly FoundRow[];
}

export interface FoundRow {
  readonly label: string;
  readonly values: readonly unknown[];
  /** The seeds that have each. */
  readonly seeds: readonly (readonly number[])[];
}

/** The rows and columns of a study's tables, in their order. */
export interface Axes {
  readonly models: readonly string[];
  readonly labels: readonly string[];
  readonly tasks: readonly string[];
  readonly seeds: readonly number[];
}

/**
 * Errors first, then in the order of the rules. What a record does not tell is not compared.
 * @param records final runs, and the trials of their searches
 */
export function audit(
  records: readonly RunRecord[],
  axes: Axes,
  rules: readonly LoweredRule[],
  scaleOf: Context['scaleOf'],
): Finding[] {
  const finals = records.filter(({ config }) => config.purpose === 'final');
  const trials = records.filter(({ config }) => config.purpose === 'search');
  const context = { trials: new Map(trials.map((trial) => [trial.id, trial])), scaleOf };
  const findings = axes.models.flatMap((model) => {
    const tables = axes.tasks.map((task) => ({ task, rows: rowsOf(finals, model, task, axes) }));
    return rules.flatMap((rule) => {
      const found = tables.map(({ task, rows }) => ({ task, rows: rowsAgainst(rule, rows, context) }));
      return mergeTasks(found).map((each) => ({ ...described(rule), model, ...each }));
    });
  });
  return [...findings.filter(({ level }) => level === 'error'), ...findings.filter(({ level }) => level !== 'error')];
}

function described({ name, level, key, why, lowered }: LoweredRule) {
  return { rule: name, level, key, why, lowered };
}

function rowsOf(finals: readonly RunRecord[], model: string, task: string, { labels, seeds }: Axes): AuditedRow[] {
  const own = finals.filter(({ config }) => config.model === model && config.task.id === task);
  return labels.map((label) => ({
    label,
    runs: own.filter(({ config }) => config.method.label === label).toSorted((a, b) => a.seed - b.seed),
    seeds: seeds.length,
  }));
}

/** The rows that a rule objects to; none where it has nothing to say. */
function rowsAgainst(rule: LoweredRule, rows: readonly AuditedRow[], context: Context): FoundRow[] {
  const ofRow = ROW_READINGS.get(rule.key);
  const read = rows.map((row) => {
    const runs = row.runs.filter((run) => isAsked(rule, run, context));
    if (ofRow === undefined) return { label: row.label, told: toldBy(rule, runs, context) };
    // A row without runs of its own kind is asked only what is asked of all: whether any is missing.
    const isAskedRow = runs.length > 0 || (rule.runs === 'all' && rule.when === undefined);
    const value = isAskedRow ? ofRow(row) : undefined;
    return { label: row.label, told: value === undefined ? [] : [{ value, seeds: [] }] };
  });
  const asked = objected(rule, read);
  return asked
    .filter(({ told }) => told.length > 0)
    .map(({ label, told }) => ({
      label,
      values: told.map(({ value }) => value),
      seeds: told.map(({ seeds }) => seeds),
    }));
}

interface Told {
  readonly value: unknown;
  readonly seeds: readonly number[];
}

interface ReadRow {
  readonly label: string;
  /** Each value once. */
  readonly told: readonly Told[];
}

function objected(rule: LoweredRule, read: readonly ReadRow[]): readonly ReadRow[] {
  if (rule.same === 'task') return areAlike(read.flatMap(({ told }) => told)) ? [] : read;
  if (rule.same === 'row') return read.filter(({ told }) => !areAlike(told));
  if (rule.same === 'seed') {
    const seeds = new Set(read.flatMap(({ told }) => told.flatMap((each) => each.seeds)));
    const differ = [...seeds].filter((seed) => !areAlike(read.flatMap(({ told }) => told.filter(has(seed)))));
    return read.map(({ label, told }) => ({
      label,
      told: told.filter((each) => differ.some((seed) => has(seed)(each))),
    }));
  }
  return read.map(({ label, told }) => ({ label, told: told.filter(({ value }) => !isAsAsked(rule, value)) }));
}

const has =
  (seed: number) =>
  ({ seeds }: Told): boolean =>
    seeds.includes(seed);

function areAlike(told: readonly Told[]): boolean {
  return told.every(({ value }) => isDeepStrictEqual(value, told[0]?.value));
}

function isAsAsked({ is, from, upTo }: LoweredRule, value: unknown): boolean {
  if (is !== undefined) return value === is;
  if (typeof value !== 'number') return false;
  return (from === undefined || value >= from) && (upTo === undefined || value <= upTo);
}

function isAsked({ runs = 'trained', when = {} }: LoweredRule, run: RunRecord, context: Context): boolean {
  if (runs === 'trained' && !isTrained(run)) return false;
  return Object.entries(when).every(([key, value]) => isDeepStrictEqual(readRun(key, run, context), value));
}

function toldBy({ key }: LoweredRule, runs: readonly RunRecord[], context: Context): Told[] {
  const told: { value: unknown; seeds: number[] }[] = [];
  for (const run of runs) {
    const value = readRun(key, run, context);
    if (value === undefined) continue;
    const same = told.find((each) => isDeepStrictEqual(each.value, value));
    if (same === undefined) told.push({ value, seeds: [run.seed] });
    else same.seeds.push(run.seed);
  }
  return told;
}

interface FoundOnTask {
  readonly task: string;
  readonly rows: readonly FoundRow[];
}

/** What is found alike on several tasks is one finding. */
function mergeTasks(found: readonly FoundOnTask[]): Pick<Finding, 'tasks' | 'rows'>[] {
  const merged: { tasks: string[]; rows: readonly FoundRow[] }[] = [];
  for (const { task, rows } of found) {
    if (rows.length === 0) continue;
    const same = merged.find((each) => isDeepStrictEqual(each.rows, rows));
    if (same === undefined) merged.push({ tasks: [task], rows });
    else same.tasks.push(task);
  }
  return merged;
}
