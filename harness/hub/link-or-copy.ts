// A file under a second name: by a symbolic link, or where a file system has none, by a copy.
import { copyFileSync, closeSync, fsyncSync, lstatSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { statIfThere } from '../contracts/stat-if-there.ts';
import { isSystemError, writing } from '../contracts/write-error.ts';
import { moveWhole, openTemporary } from '../records/write-whole.ts';

/** What systems say that make no links, or not for everyone. */
const NO_LINKS = ['EPERM', 'EACCES', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL', 'UNKNOWN'];

/**
 * Takes the place of a link that is there; the folder must be.
 * @param target what the link says, where that is not the file's absolute path
 * @throws WriteError, also where a file is there that is no link
 */
export function linkOrCopy(file: string, path: string, target: string = resolve(file)): void {
  if (isSame(file, path)) return;
  writing(path, () => {
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink()) rmSync(path);
    try {
      symlinkSync(target, path);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      // Made by another process in the meantime.
      if (error.code === 'EEXIST' && isSame(file, path)) return;
      if (!NO_LINKS.includes(error.code)) throw error;
      copyWhole(file, path);
    }
  });
}

/** Whole or not at all; on the disk on return. @throws WriteError */
export function copyWhole(file: string, path: string): void {
  writing(path, () => {
    const temporary = openTemporary(dirname(path));
    try {
      try {
        copyFileSync(file, temporary.path);
        fsyncSync(temporary.descriptor);
      } finally {
        closeSync(temporary.descriptor);
      }
      moveWhole(temporary.path, path);
    } catch (error) {
      rmSync(temporary.path, { force: true });
      throw error;
    }
  });
}

/** Whether two paths lead to one file. */
export function isSame(file: string, path: string): boolean {
  return (
    statIfThere(file) !== undefined && statIfThere(path) !== undefined && realpathSync(file) === realpathSync(path)
  );
}
