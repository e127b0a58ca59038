// A part of every record as a table of leaves: paths once a shape, values once where runs have them alike.
import type { PackedSection } from './payload.ts';
import { Pool } from './pool.ts';
import { rounded } from './rounded.ts';

const DIGITS = 6;

export interface SectionOfRuns {
  readonly section: PackedSection;
  /** A place in the section's entries for each of the values; null where there is none. */
  readonly places: readonly (number | null)[];
}

/** @param values of each record its part, null where it has none */
export function packSection(title: string, values: readonly (object | null)[]): SectionOfRuns {
  const shapes = new Pool<readonly string[]>();
  const entries = new Pool<readonly unknown[]>();
  const places = values.map((value) => {
    if (value === null) return null;
    const leaves: Leaves = { paths: [], values: [] };
    collect(value, '', leaves);
    return entries.placeOf([shapes.placeOf(leaves.paths), ...leaves.values]);
  });
  return { section: { title, shapes: shapes.values, entries: entries.values }, places };
}

interface Leaves {
  readonly paths: string[];
  readonly values: unknown[];
}

/** Adds the leaves below a value, in its order. */
function collect(value: unknown, path: string, leaves: Leaves): void {
  if (typeof value === 'object' && value !== null && !isShort(value)) {
    for (const [key, each] of Object.entries(value)) collect(each, path === '' ? key : `${path}.${key}`, leaves);
    return;
  }
  leaves.paths.push(path);
  leaves.values.push(typeof value === 'number' ? rounded(value, DIGITS) : value);
}

/** What stands on one line: a list of numbers or words, and what is empty. */
function isShort(value: object): boolean {
  const parts: unknown[] = Object.values(value);
  return parts.length === 0 || (Array.isArray(value) && parts.every((part) => typeof part !== 'object'));
}
