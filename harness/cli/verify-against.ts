// `verify --against`: the records of a study folder beside those of another, bit for bit; runs nothing.
import { basename, dirname } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import { statIfThere } from '../contracts/stat-if-there.ts';
import type { RunRecord } from '../records/schema.ts';
import { requireTrueSearches } from '../records/searches.ts';
import { readRecords, runsFolder } from '../records/store.ts';
import { type Comparison, compareRecords, summaryLine } from '../report/reproduction.ts';

/** @throws InputError if there is no such folder, or records contradict one another */
export function compareFolders(recorded: string, rerun: string): Comparison {
  return compareRecords(recordsIn(recorded), recordsIn(rerun));
}

/** One line. */
export function folderLine(recorded: string, comparison: Comparison): string {
  return comparison.total === 0 ? `${recorded} has no records yet to compare with.` : summaryLine(comparison);
}

/** A study that was never run has no records, which is no error. */
function recordsIn(path: string): RunRecord[] {
  const folder = basename(path) === 'study.json' ? dirname(path) : path;
  if (!statIfThere(folder)?.isDirectory()) {
    throw new InputError(`${folder}: no such folder; expected a study's folder`);
  }
  const records = readRecords(runsFolder(folder));
  requireTrueSearches(records, runsFolder(folder));
  return records;
}
