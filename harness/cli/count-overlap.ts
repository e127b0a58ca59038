// How many evaluation examples repeat training examples: searched for once for the same texts, as it takes long for many.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChoiceExample, TaskData, TextExample } from '../contracts/dataset.ts';
import type { RunRecord } from '../records/schema.ts';
import { removeLeftovers } from '../records/store.ts';
import { writeWhole } from '../records/write-whole.ts';
import { OVERLAP_RULE, overlapOf } from '../stats/overlap.ts';

export type OverlapCounts = NonNullable<RunRecord['dataset']['overlap']>;

const counted = new WeakMap<TaskData, OverlapCounts>();

/**
 * @param folder a study's, in which the counts are kept, below `.cache/`; undefined keeps them no longer than the process.
 * What is kept there and is not as it was written is searched for anew.
 */
export function countOverlap(data: TaskData, folder: string | undefined): OverlapCounts {
  const counts = counted.get(data) ?? (folder === undefined ? search(data) : keptOrFound(data, join(folder, '.cache')));
  counted.set(data, counts);
  return counts;
}

function keptOrFound(data: TaskData, folder: string): OverlapCounts {
  const key = keyOf(data);
  const file = join(folder, `overlap-${key}.txt`);
  const kept = existsSync(file) ? parse(readFileSync(file, 'utf8'), key) : undefined;
  if (kept !== undefined) return kept;
  const found = search(data);
  mkdirSync(folder, { recursive: true });
  removeLeftovers(folder);
  writeWhole(file, format(found, key));
  return found;
}

function search(data: TaskData): OverlapCounts {
  const { exact, near } = overlapOf(data);
  return { exact, near };
}

/** Of the texts that are compared, not of the files: how these are read and split may change. */
function keyOf({ train, evaluation }: TaskData): string {
  const hash = createHash('sha256').update(`${OVERLAP_RULE}\n`);
  const sets: readonly (readonly (TextExample | ChoiceExample)[])[] = [
    train,
    ...evaluation.map(({ examples }) => examples),
  ];
  for (const examples of sets) {
    hash.update(`${examples.length}\n`);
    for (const example of examples) {
      hash.update(JSON.stringify('texts' in example ? example.texts : [example.question, example.options]));
    }
  }
  return hash.digest('hex');
}

/** The counts, and a hash of them and their key. */
function format({ exact, near }: OverlapCounts, key: string): string {
  const line = `exact ${exact} near ${near}`;
  return `${line} sha256 ${createHash('sha256').update(`${key} ${line}`).digest('hex')}\n`;
}

/** Undefined for a text that {@link format} does not give for the key. */
function parse(text: string, key: string): OverlapCounts | undefined {
  const [, exact, near] = /^exact (\d+) near (\d+) /.exec(text) ?? [];
  if (exact === undefined || near === undefined) return undefined;
  const counts = { exact: Number(exact), near: Number(near) };
  return text === format(counts, key) ? counts : undefined;
}
