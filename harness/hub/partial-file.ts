// What has arrived of a file so far. One process at a time writes to it, which its name says; once that one is gone, another
// goes on from there.
import { closeSync, fstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
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
  const own = nameOf(etag, { host: hostName(), pid: process.pid });
  return writing(join(blobs, own), () => {
    const others = readdirSync(blobs)
      .sort()
      .flatMap((name) => writerOf(name, etag) ?? [])
      .filter(({ name }) => name !== own);
    const now = others.length === 0 ? 0 : clockOf(blobs);
    const holder = others.find((writer) => isAtWork(writer, join(blobs, writer.name), now));
    if (holder !== undefined) return { kind: 'held', by: `process ${holder.pid} on host ${holder.host}` };
    for (const { name } of others) takeOver(join(blobs, name), join(blobs, own));
    return { kind: 'own', path: join(blobs, own) };
  });
}

interface Writer {
  readonly host: string;
  readonly pid: number;
}

function nameOf(etag: string, { host, pid }: Writer): string {
  return `${etag}.peftbench-${host}-${pid}.incomplete`;
}

function writerOf(name: string, etag: string): (Writer & { readonly name: string }) | undefined {
  const [, host, pid] = /\.peftbench-(.+)-(\d+)\.incomplete$/.exec(name) ?? [];
  if (host === undefined || !name.startsWith(`${etag}.`)) return undefined;
  return { name, host, pid: Number(pid) };
}

function isAtWork({ host, pid }: Writer, path: string, now: number): boolean {
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
    if ((statIfThere(path)?.size ?? 0) > (statIfThere(own)?.size ?? -1)) renameSync(path, own);
    else rmSync(path, { force: true });
  } catch (error) {
    // Taken over by another process in the meantime.
    if (!(isSystemError(error) && error.code === 'ENOENT')) throw error;
  }
}
