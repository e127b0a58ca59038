// Programs that are found by their names as long as one test lasts.
import { chmodSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { temporaryFolder } from '../temporary-folder.ts';

/** Writes its first argument to a file `opened` beside itself. */
export const NOTES_WHAT_IT_OPENS = '#!/bin/sh\nprintf %s "$1" > "$(dirname "$0")/opened"\n';

/** What is found by name from now on: programs of this folder, and of the system where `others`. */
export function onlyPrograms(programs: Readonly<Record<string, string>>, others: boolean): string {
  const folder = temporaryFolder(programs);
  for (const name of Object.keys(programs)) chmodSync(join(folder, name), 0o755);
  const { PATH = '' } = process.env;
  process.env.PATH = others ? `${folder}${delimiter}${PATH}` : folder;
  onTestFinished(() => {
    process.env.PATH = PATH;
  });
  return folder;
}
