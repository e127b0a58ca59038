// What is at a path, the same on every version of Node: from 24 on, `throwIfNoEntry` covers what lies below a file too.
import { type Stats, statSync } from 'node:fs';
import { isSystemError } from './write-error.ts';

/** Undefined where nothing is there, below a file too. */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (isSystemError(error) && error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}
