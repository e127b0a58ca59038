// Whether a file can be written, before the work whose results it is to hold.
import { closeSync, openSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { InputError } from '../contracts/input-error.ts';
import { statIfThere } from '../contracts/stat-if-there.ts';
import { beforeWork, writing } from '../contracts/write-error.ts';
import { openTemporary } from '../records/write-whole.ts';

/** Leaves nothing behind, and makes no folder. @throws InputError naming the path and what is wrong with it */
export function requireWritable(file: string): void {
  beforeWork(() =>
    writing(file, () => {
      const there = statIfThere(file);
      if (there?.isDirectory()) throw new InputError(`${file}: is a folder; expected a file`);
      // A pipe or a device takes what it is given; to open it may wait.
      if (there !== undefined && !there.isFile()) return;
      if (there !== undefined) closeSync(openSync(file, 'r+'));
      probe(dirname(file), [basename(file)]);
    }),
  );
}

/** The same for a folder that files are to be made in. */
export function requireWritableFolder(folder: string): void {
  beforeWork(() => writing(folder, () => probe(folder, [])));
}

function probe(path: string, below: readonly string[]): void {
  const { folder, missing } = existingFolder(path);
  // A name that is too long for its file system is refused only where its folder is.
  for (const name of [...missing, ...below]) statSync(join(folder, name), { throwIfNoEntry: false });
  const temporary = openTemporary(folder);
  closeSync(temporary.descriptor);
  rmSync(temporary.path);
}

/** The nearest folder above that there is, and the names below it that are to be made. */
function existingFolder(path: string): { readonly folder: string; readonly missing: readonly string[] } {
  const there = statIfThere(path);
  if (there?.isDirectory()) return { folder: path, missing: [] };
  if (there !== undefined) throw new InputError(`${path}: is a file; expected a folder`);
  const { folder, missing } = existingFolder(dirname(path));
  return { folder, missing: [...missing, basename(path)] };
}
