// Writes a file or a folder whole or not at all.
import { closeSync, fsyncSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { statIfThere } from '../contracts/stat-if-there.ts';
import { isSystemError, WriteError, writing } from '../contracts/write-error.ts';
import { processExists } from './process-exists.ts';

/** The names of temporary files and folders, with the host and the process that made them. */
const TEMPORARY = /^\.peftbench-(.+)\.(\d+)\.\d+\.tmp$/;

/** Whether a name is that of a temporary file or folder which no other process of this host is still at work on. */
export function isLeftover(name: string): boolean {
  const [, host, pid] = TEMPORARY.exec(name) ?? [];
  if (host === undefined) return false;
  return host !== hostName() || Number(pid) === process.pid || !processExists(Number(pid));
}

/**
 * Through a temporary file in the same folder, which must be there, so that the rename is atomic; both are on the disk on
 * return. A link stays one, and a pipe or a device is written to as it is.
 * @throws WriteError naming the file
 */
export function writeWhole(file: string, content: string | Uint8Array): void {
  writing(file, () => {
    const there = statIfThere(file);
    if (there !== undefined && !there.isFile()) return writeFileSync(file, content);
    const target = there === undefined ? file : realpathSync(file);
    const temporary = openTemporary(dirname(target));
    try {
      try {
        writeFileSync(temporary.descriptor, content);
        fsyncSync(temporary.descriptor);
      } finally {
        closeSync(temporary.descriptor);
      }
      moveWhole(temporary.path, target);
    } catch (error) {
      rmSync(temporary.path, { force: true });
      throw error;
    }
  });
}

/**
 * The same for a folder, in place of one that is there: `fill` makes it under another name.
 * @throws WriteError naming the folder
 */
export function writeFolderWhole(folder: string, fill: (temporary: string) => void): void {
  writing(folder, () => {
    const temporary = unusedName(dirname(folder), (path) => mkdirSync(path)).path;
    try {
      fill(temporary);
      rmSync(folder, { recursive: true, force: true });
      renameSync(temporary, folder);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      throw error;
    }
    syncFolder(dirname(folder));
  });
}

/** A folder, and those above it that are missing. (`recursive` of mkdir never ends below a folder that makes none, as /proc.) */
export function makeFolder(folder: string): void {
  writing(folder, () => makeMissing(folder));
}

function makeMissing(folder: string): void {
  const there = statIfThere(folder);
  if (there?.isDirectory()) return;
  if (there !== undefined) throw new WriteError(`${folder}: is a file; expected a folder`);
  if (dirname(folder) !== folder) makeMissing(dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Made by another process in the meantime.
    if (!statIfThere(folder)?.isDirectory()) throw error;
  }
}

export interface TemporaryFile {
  readonly path: string;
  readonly descriptor: number;
}

/** A new file in a folder, open for writing. */
export function openTemporary(folder: string): TemporaryFile {
  const { path, made } = unusedName(folder, (name) => openSync(name, 'wx'));
  return { path, descriptor: made };
}

/** Host and process are in the name, and what has it is made by nobody else: a shared folder is seen by several hosts. */
function unusedName<T>(folder: string, make: (path: string) => T): { readonly path: string; readonly made: T } {
  for (let count = 0; ; count++) {
    const path = join(folder, `.peftbench-${hostName()}.${process.pid}.${count}.tmp`);
    try {
      return { path, made: make(path) };
    } catch (error) {
      if (!(isSystemError(error) && error.code === 'EEXIST')) throw error;
    }
  }
}

/** Of this host, as names of files can hold it. */
export function hostName(): string {
  return hostname()
    .replaceAll(/[^\w-]/g, '-')
    .slice(0, 64);
}

/** Gives a file of the same folder another name, in place of one that is there; on the disk on return. */
export function moveWhole(from: string, to: string): void {
  renameSync(from, to);
  syncFolder(dirname(to));
}

function syncFolder(folder: string): void {
  // Windows opens no folders; its file system keeps renames in a journal.
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
