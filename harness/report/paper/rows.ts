// The rows of a template: the study's methods by model, and where it asks for them by task or by the value of an option.
import { isDeepStrictEqual } from 'node:util';
import type { CheckedMethod } from '../../study/checked.ts';
import { chosenNotes } from './chosen.ts';
import type { PaperEvidence } from './evidence.ts';
import type { Sweep, TableTemplate } from './schema.ts';

export interface PaperRow {
  readonly model: string;
  readonly label: string;
  /** The method's own name. */
  readonly method: string;
  /** Null for all of the study's. */
  readonly task: string | null;
  /** The value of the swept option; null where nothing is swept. */
  readonly at: number | null;
  /** Rows that differ in the swept option alone have one line; without a sweep each label its own. */
  readonly line: string;
}

export type RowChoice = TableTemplate['rows'];

/** In the order of the study's models, methods and tasks; of a sweep by line and value. */
export function rowsOf({ methods, perTask = false, sweep }: RowChoice, { study }: PaperEvidence): PaperRow[] {
  const entries = study.methods.filter((entry) => isAmong(entry, methods));
  const points: Point[] =
    sweep === undefined
      ? entries.map((entry) => ({ entry, at: null, line: entry.label }))
      : linesOf(entries, sweep).flatMap(pointsOf);
  const tasks = perTask ? study.tasks.map(({ task }) => task) : [null];
  return study.models.flatMap((model) =>
    points.flatMap(({ entry: { label, method }, at, line }) =>
      tasks.map((task) => ({ model, label, method, task, at, line })),
    ),
  );
}

/**
 * What is not as a template asks for it, a line each: methods that the study lacks, or has at one value of the option only, and
 * what a search chose otherwise for one row of a sweep than for another.
 */
export function rowNotes({ methods, sweep }: RowChoice, { study, records }: PaperEvidence): string[] {
  const absent = (methods ?? []).filter((name) => !study.methods.some((entry) => isAmong(entry, [name])));
  const lines =
    sweep === undefined
      ? []
      : linesOf(
          study.methods.filter((entry) => isAmong(entry, methods)),
          sweep,
        );
  const sweeps = lines.filter(isSweep).map((line) => line.map(({ entry }) => entry));
  const alone = lines.filter((line) => !isSweep(line)).map((line) => line[0]?.entry.method ?? '');
  return [
    ...absent.map((name) => `the study has no method ${name}`),
    ...[...new Set(alone)].map((method) => `no two rows of ${method} differ in ${sweep?.over} alone`),
    ...sweeps.flatMap((line) => chosenNotes(line, sweep?.along ?? [], records)),
  ];
}

interface Point {
  readonly entry: CheckedMethod;
  readonly at: number | null;
  readonly line: string;
}

interface Swept {
  readonly entry: CheckedMethod;
  readonly at: number;
}

function isAmong({ label, method }: CheckedMethod, names: readonly string[] | undefined): boolean {
  return names === undefined || names.includes(label) || names.includes(method);
}

/** Of a method with a line of several values these alone; of another each of its entries that has the option. */
function linesOf(entries: readonly CheckedMethod[], sweep: Sweep): Swept[][] {
  const lines: Swept[][] = [];
  for (const entry of entries) {
    const at = valueAt(entry, sweep.over);
    if (at === undefined) continue;
    const line = lines.find(([first]) => first !== undefined && differInSweep(first.entry, entry, sweep));
    if (line === undefined) lines.push([{ entry, at }]);
    else line.push({ entry, at });
  }
  const swept = new Set(lines.filter(isSweep).map(([first]) => first?.entry.method));
  return lines
    .filter((line) => isSweep(line) || !swept.has(line[0]?.entry.method))
    .map((line) => line.toSorted((a, b) => a.at - b.at));
}

const isSweep = (line: readonly Swept[]): boolean => new Set(line.map(({ at }) => at)).size > 1;

function pointsOf(line: readonly Swept[]): Point[] {
  const name = line.map(({ entry }) => entry.label).join(', ');
  return line.map(({ entry, at }) => ({ entry, at, line: name }));
}

/** A searched option has no value of its own: its runs have what the search chose. */
function valueAt({ options, space }: CheckedMethod, path: string): number | undefined {
  const value = options[path.slice('options.'.length)];
  return typeof value === 'number' && !space.some(({ key }) => key === path) ? value : undefined;
}

/** The learning rate aside, which each value of an option may ask for anew. */
function differInSweep(a: CheckedMethod, b: CheckedMethod, { over, along = [] }: Sweep): boolean {
  const rest = ({ method, options, headLearningRate, training, space }: CheckedMethod) => [
    method,
    Object.fromEntries(Object.entries(options).filter(([key]) => ![over, ...along].includes(`options.${key}`))),
    headLearningRate,
    training ?? {},
    new Map(space.flatMap(({ key, ...values }) => (isFree(key, along) ? [] : [[key, values]]))),
  ];
  return isDeepStrictEqual(rest(a), rest(b));
}

const isFree = (key: string, along: readonly string[]): boolean => key === 'learningRate' || along.includes(key);
