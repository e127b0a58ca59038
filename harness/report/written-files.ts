// The files of one report in a folder: those of an earlier report that are no longer written go, and nothing else does.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { statIfThere } from '../contracts/stat-if-there.ts';
import { writing } from '../contracts/write-error.ts';
import { makeFolder, writeWhole } from '../records/write-whole.ts';

export type Content = string | Uint8Array;
export type Files = readonly (readonly [name: string, content: Content])[];

/** Names what a report wrote, a line a file. */
export const LIST = '.files';

/** Gives the paths of the files. @throws WriteError naming what cannot be written or removed */
export function writeFiles(folder: string, files: Files): string[] {
  makeFolder(folder);
  const names = files.map(([name]) => name);
  for (const name of listed(folder)) if (!names.includes(name)) remove(join(folder, name));
  // First, so that a report that is cut off leaves no file that the next one does not know.
  writeWhole(join(folder, LIST), names.map((name) => `${name}\n`).join(''));
  return files.map(([name, content]) => {
    const path = join(folder, name);
    writeWhole(path, content);
    return path;
  });
}

/** Of the folder itself alone, whatever a list says that was edited. */
function listed(folder: string): string[] {
  const list = join(folder, LIST);
  if (!existsSync(list)) return [];
  const names = writing(list, () => readFileSync(list, 'utf8')).split('\n');
  return names.filter((name) => /^[^/\\:]+$/.test(name) && !/^\.+$/.test(name));
}

function remove(path: string): void {
  if (statIfThere(path)?.isFile()) writing(path, () => rmSync(path));
}
