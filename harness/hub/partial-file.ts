// What has arrived of a file so far. One process at a time writes to it, which its name says; once that one is gone, another
// goes on from there.
import { closeSync, fstatSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { statIfThere } from '../contracts/stat-if-there.ts';
import { isSystemError, writing } from '../contracts/write-error.ts';
import { processExists } from '../records/process-exists.ts';
import { hostName, openTemporary } from '../records/write-whole.ts';
import { LONGEST_PAUSE } from './tries.ts';

/** A writer that is out of sight counts as gone after so long without a byte. */
const GONE_SECONDS = 2 * LONGEST_PAUSE;

export type Claim =
  | { readonly kind: 'own'; readonly path: string }
  /** `process 17 on host node-3` */
  | { readonly kind: 'held'; readonly by: string };

/**
 * The file that this process may write the content `etag` to, with what came of it before; or who is at it now.
 * @param blobs the folder of the content
 * @throws WriteError
 */
export function claimPartial(blobs: string, etag: string): Claim {
  const own = join(blobs, nameOf(etag, { host: hostName(), pid: process.pid }));
  return writing<Claim>(own, () => {
    // Before the others are looked at: of two that come at once, each then sees the other.
    const isNew = create(own);
    const others = writersOf(blobs, etag).filter(({ path }) => path !== own);
    const now = others.length === 0 ? 0 : clockOf(blobs);
    const holder = others.find((writer) => isAtWork(writer, now));
    if (holder !== undefined && isNew) {
      rmSync(own, { force: true });
      return { kind: 'held', by: `process ${holder.pid} on host ${holder.host}` };
    }
    if (holder === undefined) for (const { path } of others) takeOver(path, own);
    return { kind: 'own', path: own };
  });
}

/** Bytes of the content that have arrived, by whomever. */
export function arrivedBytes(blobs: string, etag: string): number {
  if (!statIfThere(blobs)?.isDirectory()) return 0;
  return writersOf(blobs, etag).reduce((sum, { path }) => sum + (statIfThere(path)?.size ?? 0), 0);
}

interface Writer {
  readonly host: string;
  readonly pid: number;
}

function nameOf(etag: string, { host, pid }: Writer): string {
  return `${etag}.peftbench-${host}-${pid}.incomplete`;
}

interface WriterOfFile extends Writer {
  readonly path: string;
}

function writersOf(blobs: string, etag: string): WriterOfFile[] {
  return readdirSync(blobs)
    .filter((name) => name.startsWith(`${etag}.`))
    .sort()
    .flatMap((name) => {
      const [, host, pid] = /\.peftbench-(.+)-(\d+)\.incomplete$/.exec(name) ?? [];
      return host === undefined ? [] : [{ host, pid: Number(pid), path: join(blobs, name) }];
    });
}

/** Whether it was not there. */
function create(path: string): boolean {
  try {
    closeSync(openSync(path, 'wx'));
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === 'EEXIST') return false;
    throw error;
  }
}

function isAtWork({ host, pid, path }: WriterOfFile, now: number): boolean {
  if (host === hostName() && !processExists(pid)) return false;
  const written = statIfThere(path)?.mtimeMs ?? 0;
  return now - written < 1000 * GONE_SECONDS;
}

/** The file system's own clock, in milliseconds: hosts' clocks differ. */
function clockOf(folder: string): number {
  const { path, descriptor } = openTemporary(folder);
  try {
    return fstatSync(descriptor).mtimeMs;
  } finally {
    closeSync(descriptor);
    rmSync(path, { force: true });
  }
}

/** The longer of the two stays. */
function takeOver(path: string, own: string): void {
  try {
    if ((statIfThere(path)?.size ?? 0) > (statIfThere(own)?.size ?? 0)) renameSync(path, own);
    else rmSync(path, { force: true });
  } catch (error) {
    // Taken over by another process in the meantime.
    if (!(isSystemError(error) && error.code === 'ENOENT')) throw error;
  }
}
