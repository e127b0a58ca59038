// What every published form of a GLUE task has in common: the layout contract, and the checks that make a row an example.
import type { TextExample } from '../harness/contracts/dataset.ts';
import { InputError } from '../harness/contracts/input-error.ts';
import { describe } from '../harness/formats/json.ts';
import type { Layout, Place } from './layout.ts';

/** What is predicted: a class, or a score within a range (both ends included). */
export type Target =
  | { readonly kind: 'classification'; readonly labels: readonly string[] }
  | { readonly kind: 'regression'; readonly range: readonly [number, number] };

/** One form in which a task is published. */
export interface GlueLayout extends Layout {
  /** Names of the evaluation sets, the primary one first. */
  readonly evaluation: readonly [string, ...string[]];
  /** The examples of `train` or of an evaluation set. */
  read(place: Place<Layout>, split: string, rules: Rules): Promise<TextExample[]>;
}

export interface Rules {
  readonly target: Target;
  /** QQP as published has a few empty questions, and rows torn apart by line breaks, which every reader passes over. */
  readonly published: 'clean' | 'torn';
}

/** A row before it is checked. */
export interface RawRow {
  /** File and line or row, for error messages. */
  readonly where: string;
  readonly id: string;
  readonly texts: readonly unknown[];
  /** A class index or a score; NaN where there is none. */
  readonly label: number;
  /** The label as the file has it. */
  readonly written: unknown;
  /** Whether the file writes classes by index or by name. */
  readonly spelling: Spelling;
}

export type Spelling = 'index' | 'name';

/** @throws InputError naming file and line where a text is missing or empty, or the label is not one of the task's */
export function toExample(row: RawRow, { target, published }: Rules): TextExample {
  const texts = row.texts.map((text) => {
    if (typeof text === 'string' && (published === 'torn' || text.trim() !== '')) return text;
    throw new InputError(`${row.where}: text ${describe(text)}, expected a text that is not empty`);
  });
  const [first, second] = texts;
  if (first === undefined) throw new TypeError(`${row.where}: the layout names no text column`);
  if (!isValid(row.label, target)) {
    const noun = target.kind === 'regression' ? 'score' : 'label';
    throw new InputError(`${row.where}: ${noun} ${describe(row.written)}, expected ${expected(target, row.spelling)}`);
  }
  return { id: row.id, texts: second === undefined ? [first] : [first, second], label: row.label };
}

function isValid(value: number, target: Target): boolean {
  if (target.kind === 'classification') return Number.isInteger(value) && value >= 0 && value < target.labels.length;
  return value >= target.range[0] && value <= target.range[1];
}

function expected(target: Target, spelling: Spelling): string {
  if (target.kind === 'regression') return `a number from ${target.range[0]} to ${target.range[1]}`;
  if (spelling === 'name') return target.labels.join(' or ');
  return target.labels.map((label, index) => `${index} (${label})`).join(' or ');
}
