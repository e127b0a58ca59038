// The study beside records that are kept elsewhere: written once, and never over another study.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import { beforeWork } from '../contracts/write-error.ts';
import { makeFolder, writeWhole } from '../records/write-whole.ts';
import { canonicalJson } from '../study/run-id.ts';

/** @throws InputError where the folder is a file, or holds another study */
export function refuseOtherStudy(file: string, folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false) {
    throw new InputError(`--out: ${folder} is a file; expected a folder`);
  }
  const there = join(folder, 'study.json');
  if (!isThere(there) || sameStudy(readFileSync(file, 'utf8'), readFileSync(there, 'utf8'))) return;
  throw new InputError(`${there}: is another study than ${file}; expected the same one, or another --out`);
}

/** @throws InputError as {@link refuseOtherStudy}, and where the folder cannot be written */
export function copyStudy(file: string, folder: string): void {
  refuseOtherStudy(file, folder);
  const copy = join(folder, 'study.json');
  if (isThere(copy)) return;
  beforeWork(() => {
    makeFolder(folder);
    writeWhole(copy, readFileSync(file, 'utf8'));
  });
}

function isThere(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** Spaces and the order of keys aside. */
function sameStudy(one: string, other: string): boolean {
  return one === other || normalised(one) === normalised(other);
}

/** The text as it is where it is no JSON. */
function normalised(text: string): string {
  try {
    return canonicalJson(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
