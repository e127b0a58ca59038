// Brings one file into the cache: from where it was cut off, as often as it takes, and only whole and with the right bytes.
import { dirname } from 'node:path';
import { writing } from '../contracts/write-error.ts';
import { makeFolder, moveWhole } from '../records/write-whole.ts';
import { blobPath, cachedFile } from './cache.ts';
import { type Answer, type Connection, request } from './connection.ts';
import { hashName } from './content-hash.ts';
import { type GrowingFile, openGrowing } from './growing-file.ts';
import { HubFailure } from './hub-failure.ts';
import { claimPartial } from './partial-file.ts';
import type { Asked } from './refusal.ts';
import type { HubFile } from './repository.ts';
import { PassingFault, withTries } from './tries.ts';
import { short, type Wanted } from './wanted.ts';

/** A file of a commit, and the repository's folder in the cache. */
export interface Source {
  readonly wanted: Wanted;
  readonly commit: string;
  readonly folder: string;
  readonly file: HubFile;
}

export interface Arrived {
  /** In the cache. */
  readonly path: string;
  readonly isDownloaded: boolean;
}

/** Told how much of a file there is. */
export type OnBytes = (sum: number) => void;

/** @throws HubFailure where it does not come, or comes with other bytes; WriteError; InputError for what the hub refuses */
export async function bringToCache(connection: Connection, source: Source, onBytes: OnBytes): Promise<Arrived> {
  const { folder, commit, file } = source;
  const blob = blobPath(folder, file);
  // Two that gave way to one another come back at different times.
  const pause = 1 + (process.pid % 10) / 10;
  for (let holder: string | undefined; ; await connection.pause(pause)) {
    const cached = await cachedFile(folder, commit, file, { note: connection.note, onBytes });
    if (cached !== undefined) return { path: cached, isDownloaded: false };
    makeFolder(dirname(blob));
    const claim = claimPartial(dirname(blob), file.etag);
    if (claim.kind === 'own') {
      await download(connection, source, claim.path, onBytes);
      writing(blob, () => moveWhole(claim.path, blob));
      return { path: blob, isDownloaded: true };
    }
    if (claim.by !== holder) connection.note(`${titleOf(source)}: waits for ${claim.by}, which downloads it`);
    holder = claim.by;
  }
}

/** `org/name model.safetensors` */
export function titleOf({ wanted, file }: Pick<Source, 'wanted' | 'file'>): string {
  return `${wanted.repo} ${file.path}`;
}

/** On return, the file at `path` is whole, right, and on the disk. */
async function download(connection: Connection, source: Source, path: string, onBytes: OnBytes): Promise<void> {
  const growing = await openGrowing(path, source.file);
  try {
    onBytes(growing.length);
    const isResumed = growing.length > 0;
    await complete(connection, source, growing, onBytes);
    if (growing.etag() !== source.file.etag && isResumed) {
      connection.note(`${titleOf(source)}: what was kept of it has other bytes; once more from its beginning`);
      growing.clear();
      await complete(connection, source, growing, onBytes);
    }
    if (growing.etag() !== source.file.etag) throw wrongBytes(source, growing);
    growing.sync();
  } catch (error) {
    if (growing.length === 0) growing.remove();
    throw error;
  } finally {
    growing.close();
  }
}

/** After so many bytes more, the tries before are forgotten: a long file may be cut off often. */
const ADVANCE = 1 << 20;

async function complete(connection: Connection, source: Source, growing: GrowingFile, onBytes: OnBytes): Promise<void> {
  let before = growing.length;
  const hasAdvanced = (): boolean => {
    const advance = growing.length - before;
    before = growing.length;
    return advance >= ADVANCE;
  };
  const attempt = async () => {
    if (growing.length < source.file.size) await receive(connection, source, growing, onBytes);
  };
  await withTries(connection, titleOf(source), attempt, hasAdvanced);
}

/** Asks for what is missing, and takes what comes of it. */
async function receive(connection: Connection, source: Source, growing: GrowingFile, onBytes: OnBytes): Promise<void> {
  const { file } = source;
  const from = growing.length;
  const headers: Record<string, string> = from === 0 ? {} : { range: `bytes=${from}-` };
  const answer = await request(connection, { url: urlOf(connection, source), headers }, askedOf(source));
  try {
    refuseOther(answer, source);
    const isRest = answer.status === 206 && startsAt(answer, from);
    // Not every server has ranges: then all of it comes.
    if (!isRest) growing.clear();
    if (answer.status === 416 || (answer.status === 206 && !isRest)) {
      throw new PassingFault(`no bytes from ${from} on were to be had; once more from its beginning`);
    }
    for (let piece = await answer.read(); piece !== undefined; piece = await answer.read()) {
      growing.append(piece);
      if (growing.length > file.size) throw tooLong(source, growing);
      onBytes(growing.length);
    }
    if (growing.length < file.size) {
      throw new PassingFault(`ended after ${growing.length} of ${file.size} bytes`);
    }
  } finally {
    answer.close();
  }
}

/** @throws InputError where the hub does not let the file be read; HubFailure */
export async function requireAccess(connection: Connection, source: Source): Promise<void> {
  await withTries(connection, titleOf(source), async () => {
    const question = { url: urlOf(connection, source), method: 'HEAD' } as const;
    (await request(connection, question, askedOf(source))).close();
  });
}

function askedOf({ wanted, commit, file }: Source): Asked {
  return { ...wanted, revision: commit, path: file.path };
}

function urlOf({ endpoint }: Connection, { wanted: { kind, repo }, commit, file }: Source): string {
  const path = file.path.split('/').map(encodeURIComponent).join('/');
  return `${endpoint}/${kind === 'model' ? '' : 'datasets/'}${repo}/resolve/${commit}/${path}`;
}

/** @throws HubFailure where the hub itself says that it answers with another file */
function refuseOther({ hubHeaders }: Answer, { wanted, commit, file }: Source): void {
  const told = [
    ['commit', hubHeaders.get('x-repo-commit'), commit],
    ['etag', hubHeaders.get('x-linked-etag')?.replace(/^W\//, '').replaceAll('"', ''), file.etag],
    ['size', hubHeaders.get('x-linked-size'), String(file.size)],
  ] as const;
  for (const [what, found, expected] of told) {
    if (found === null || found === undefined || found === expected) continue;
    throw new HubFailure(
      `${wanted.where}: ${wanted.repo} at ${short(commit)}: ${file.path} comes with the ${what} ${found}; expected ${expected}, as the hub lists it`,
    );
  }
}

function startsAt({ headers }: Answer, length: number): boolean {
  return headers.get('content-range')?.startsWith(`bytes ${length}-`) ?? false;
}

function wrongBytes({ wanted, commit, file }: Source, growing: GrowingFile): HubFailure {
  growing.remove();
  return new HubFailure(
    `${wanted.where}: ${wanted.repo} at ${short(commit)}: ${file.path} came with other bytes and was deleted: found ${hashName(growing.etag())}, expected ${file.etag}`,
  );
}

function tooLong({ wanted, commit, file }: Source, growing: GrowingFile): HubFailure {
  growing.remove();
  return new HubFailure(
    `${wanted.where}: ${wanted.repo} at ${short(commit)}: ${file.path} came with more bytes than expected and was deleted: found ${growing.length} or more, expected ${file.size}`,
  );
}
