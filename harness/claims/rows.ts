// Which rows of a study a claim means: by label, or by the method's own name.
import { isDeepStrictEqual } from 'node:util';
import { type Known, known, missing } from '../stats/summary.ts';
import type { Evidence, MethodRow } from './evidence.ts';

/** The row with the label, or the only one of the method. */
export function rowNamed({ rows }: Evidence, name: string): Known<string> {
  const labelled = rows.find(({ label }) => label === name);
  if (labelled !== undefined) return known(labelled.label);
  const own = rows.filter(({ method }) => method === name);
  const [only] = own;
  if (only === undefined) return missing(`the study has no method ${name}`);
  if (own.length > 1)
    return missing(`the study has several rows of ${name}: ${own.map(({ label }) => label).join(', ')}`);
  return known(only.label);
}

export interface Sweep {
  /** By the key's value, rising. */
  readonly points: readonly SweepPoint[];
  /** Keys in which the rows differ besides. */
  readonly alsoDiffer: readonly string[];
}

export interface SweepPoint {
  readonly label: string;
  readonly value: number;
}

/**
 * The rows of a method that differ in a key: those that are alike in all other options, where a study sweeps these too; else,
 * where no two have the same value of it, all of them.
 */
export function sweepOf({ rows }: Evidence, method: string, over: string): Known<Sweep> {
  const own = rows.filter((row) => row.method === method);
  const all = own
    .flatMap((row) => {
      const value = keysOf(row)[over];
      return typeof value === 'number' ? [{ label: row.label, value }] : [];
    })
    .sort((a, b) => a.value - b.value);
  if (distinct(all) < 2) return missing(`the study has no two rows of ${method} that differ in ${over}`);
  const points = onlyLine(all, own, over) ?? (distinct(all) === all.length ? all : undefined);
  if (points === undefined) {
    return missing(`several rows of ${method} have the same ${over}: ${all.map(({ label }) => label).join(', ')}`);
  }
  const swept = own.filter(({ label }) => points.some((point) => point.label === label)).map(keysOf);
  const [first] = swept;
  const keys = [...new Set(swept.flatMap(Object.keys))].filter((key) => key !== over);
  return known({
    points,
    alsoDiffer: keys.filter((key) => swept.some((row) => !isDeepStrictEqual(row[key], first?.[key]))),
  });
}

/** The points whose rows are alike in the other options; undefined where they are several lines, or none. */
function onlyLine(points: readonly SweepPoint[], rows: readonly MethodRow[], over: string): SweepPoint[] | undefined {
  const otherOptions = (label: string) => {
    const { options = {} } = rows.find((row) => row.label === label) ?? {};
    return Object.entries(options).filter(([key]) => `options.${key}` !== over);
  };
  const lines: SweepPoint[][] = [];
  for (const point of points) {
    const options = new Map(otherOptions(point.label));
    const line = lines.find(
      ([first]) => first !== undefined && isDeepStrictEqual(new Map(otherOptions(first.label)), options),
    );
    if (line === undefined) lines.push([point]);
    else line.push(point);
  }
  const [line, ...others] = lines.filter((each) => distinct(each) > 1);
  return line !== undefined && others.length === 0 && distinct(line) === line.length ? line : undefined;
}

const distinct = (points: readonly SweepPoint[]): number => new Set(points.map(({ value }) => value)).size;

function keysOf({ options, learningRate, headLearningRate }: MethodRow): Readonly<Record<string, unknown>> {
  const ofOptions = Object.entries(options).map(([key, value]) => [`options.${key}`, value]);
  return { ...Object.fromEntries(ofOptions), learningRate, headLearningRate };
}
