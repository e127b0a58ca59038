// One process at a time writes to a study's folder: a lock file says which one, and that it is still at work.
import { createHash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, lstatSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Type, { type Static } from 'typebox';
import { InputError } from '../contracts/input-error.ts';
import { check } from '../contracts/validate.ts';
import { beforeWork, isSystemError, WriteError, writing } from '../contracts/write-error.ts';
import { openTemporary } from '../records/write-whole.ts';
import { fateOf, ProcessNameSchema, thisProcess } from './process-name.ts';

export interface Claim {
  /** Claims anew where the lock was removed. @throws WriteError where another process has taken the folder over */
  renew(): void;
  release(): void;
}

const LOCK = 'run.lock';
const BEAT_SECONDS = 10;
/** A holder out of sight, on another host, counts as gone after so long without a beat. */
const OLD_SECONDS = 90;

const HolderSchema = Type.Object({ ...ProcessNameSchema.properties, since: Type.String() });
type Holder = Static<typeof HolderSchema>;

interface Lock {
  readonly text: string;
  /** Undefined where its writer was cut off, or is just writing. */
  readonly holder: Holder | undefined;
  /** Of the file. */
  readonly inode: number;
}

/**
 * Claims a folder, which must be there; from a holder that is gone the claim is taken over.
 * @throws InputError naming the holder, or what the system refuses
 */
export function claimFolder(folder: string): Claim {
  const path = join(folder, LOCK);
  const own = `${JSON.stringify({ ...thisProcess(), since: new Date().toISOString() } satisfies Holder)}\n`;
  let descriptor = beforeWork(() => writing(path, () => acquire(path, own)));
  const beat = setInterval(() => touch(descriptor, own), 1000 * BEAT_SECONDS).unref();
  return {
    renew() {
      const lock = readLock(path);
      if (lock?.text === own) return;
      const made = lock === undefined ? writing(path, () => create(path, own)) : undefined;
      if (made === undefined) {
        throw new WriteError(
          `${folder}: ${nameOf(readLock(path)?.holder)} has taken it over; what was finished is kept`,
        );
      }
      closeSync(descriptor);
      descriptor = made;
    },
    release() {
      clearInterval(beat);
      closeSync(descriptor);
      if (readLock(path)?.text === own) rmSync(path);
    },
  };
}

/** The open lock file. */
function acquire(path: string, own: string): number {
  for (;;) {
    const descriptor = create(path, own);
    if (descriptor !== undefined) return descriptor;
    const lock = readLock(path);
    if (lock === undefined) continue;
    refuseUnlessGone(lock, path);
    removeDead(path, lock, own);
  }
}

/** Of several that find a holder gone, one removes its lock, and no other lock than this one. */
function removeDead(path: string, { text, inode }: Lock, own: string): void {
  const claim = `${path}.${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  closeSync(acquire(claim, own));
  try {
    const now = readLock(path);
    // One that is begun is empty as a dead one may be, but another file.
    if (now?.text === text && now.inode === inode) rmSync(path, { force: true });
  } finally {
    rmSync(claim, { force: true });
  }
}

/** Undefined where there is one already. */
function create(path: string, own: string): number | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'wx');
  } catch (error) {
    if (isSystemError(error) && error.code === 'EEXIST') return undefined;
    throw error;
  }
  try {
    touchNow(descriptor, own);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    rmSync(path, { force: true });
    throw error;
  }
}

function readLock(path: string): Lock | undefined {
  const inode = lstatSync(path, { throwIfNoEntry: false })?.ino;
  if (inode === undefined) return undefined;
  try {
    const text = readFileSync(path, 'utf8');
    return { text, holder: holderIn(text, path), inode };
  } catch (error) {
    if (!(isSystemError(error) && error.code === 'ENOENT')) throw error;
    // A link that leads nowhere, or removed since.
    const isThere = lstatSync(path, { throwIfNoEntry: false }) !== undefined;
    return isThere ? { text: '', holder: undefined, inode } : undefined;
  }
}

function holderIn(text: string, path: string): Holder | undefined {
  try {
    return check(HolderSchema, JSON.parse(text), { file: path });
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof InputError) return undefined;
    throw error;
  }
}

function refuseUnlessGone({ holder }: Lock, path: string): void {
  const fate = holder === undefined ? 'unknown' : fateOf(holder);
  if (fate === 'gone') return;
  const age = fate === 'unknown' ? ageOf(path) : undefined;
  if (age !== undefined && age > OLD_SECONDS) return;
  const seen = age === undefined ? '' : ` (last seen ${Math.max(0, age).toFixed(0)} s ago, gone after ${OLD_SECONDS})`;
  throw new InputError(
    `${dirname(path)}: ${nameOf(holder)} writes to it${seen}; expected one process at a time, or another --out`,
  );
}

function nameOf(holder: Holder | undefined): string {
  if (holder === undefined) return 'another process';
  return `process ${holder.pid} on host ${holder.host}, since ${holder.since},`;
}

/** Seconds since the lock was written to, by the clock of the file system: hosts' clocks differ. */
function ageOf(path: string): number {
  const { path: probe, descriptor } = openTemporary(dirname(path));
  try {
    const now = fstatSync(descriptor).mtimeMs;
    // What was removed since is not old: whoever asks again finds it gone.
    const written = lstatSync(path, { throwIfNoEntry: false })?.mtimeMs ?? now;
    return (now - written) / 1000;
  } finally {
    closeSync(descriptor);
    rmSync(probe, { force: true });
  }
}

function touch(descriptor: number, own: string): void {
  try {
    touchNow(descriptor, own);
  } catch (error) {
    // A beat that is missed is what others see of it; whether the folder was taken over is found with the next record.
    if (!isSystemError(error)) throw error;
  }
}

/** Writes the same text over itself. */
function touchNow(descriptor: number, own: string): void {
  writeSync(descriptor, own, 0);
  fsyncSync(descriptor);
}
