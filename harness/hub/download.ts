// Brings one file into the cache: from where it was cut off, as often as it takes, and only whole and with the right bytes.
import type { Hash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { writing } from '../contracts/write-error.ts';
import { makeFolder, moveWhole } from '../records/write-whole.ts';
import { blobPath, cachedFile } from './cache.ts';
import { type Answer, type Connection, request } from './connection.ts';
import { contentHash, feedFile, hashName } from './content-hash.ts';
import { HubFailure } from './hub-failure.ts';
import { claimPartial } from './partial-file.ts';
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

/**
 * @param onBytes told how much of the file there is
 * @throws HubFailure where it does not come, or comes with other bytes; WriteError; InputError for what the hub refuses
 */
export async function bringToCache(
  connection: Connection,
  source: Source,
  onBytes: (sum: number) => void,
): Promise<Arrived> {
  const { folder, commit, file } = source;
  const blob = blobPath(folder, file);
  for (let holder: string | undefined; ; await connection.pause(1)) {
    const cached = await cachedFile(folder, commit, file, { note: connection.note, onBytes });
    if (cached !== undefined) return { path: cached, isDownloaded: false };
    makeFolder(dirname(blob));
    const claim = claimPartial(dirname(blob), file.etag);
    if (claim.kind === 'own') {
      await fill(connection, source, claim.path, onBytes);
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

/** Progress of so many bytes makes the tries before it forgotten. */
const ADVANCE = 1 << 20;

/** On return, the file at `path` is whole, right, and on the disk. */
async function fill(
  connection: Connection,
  source: Source,
  path: string,
  onBytes: (sum: number) => void,
): Promise<void> {
  const descriptor = writing(path, () => openSync(path, 'a'));
  try {
    const partial = await Partial.open(descriptor, path, source.file);
    const isResumed = partial.length > 0;
    await complete(connection, source, partial, onBytes);
    let found = partial.digest();
    if (found !== source.file.etag && isResumed) {
      connection.note(`${titleOf(source)}: what was kept of it has other bytes; once more from its beginning`);
      partial.clear();
      await complete(connection, source, partial, onBytes);
      found = partial.digest();
    }
    if (found !== source.file.etag) throw wrongBytes(source, path, found);
    writing(path, () => fsyncSync(descriptor));
  } finally {
    closeSync(descriptor);
  }
}

async function complete(
  connection: Connection,
  source: Source,
  partial: Partial,
  onBytes: (sum: number) => void,
): Promise<void> {
  let before = partial.length;
  const hasAdvanced = (): boolean => {
    const advanced = partial.length - before >= ADVANCE;
    before = partial.length;
    return advanced;
  };
  const attempt = () => (partial.length < source.file.size ? receive(connection, source, partial, onBytes) : undefined);
  await withTries(connection, titleOf(source), async () => attempt(), hasAdvanced);
}

/** Asks for what is missing, and takes what comes of it. */
async function receive(
  connection: Connection,
  source: Source,
  partial: Partial,
  onBytes: (sum: number) => void,
): Promise<void> {
  const { wanted, commit, file } = source;
  const headers: Record<string, string> = partial.length === 0 ? {} : { range: `bytes=${partial.length}-` };
  const asked = { ...wanted, revision: commit, path: file.path };
  const answer = await request(connection, urlOf(connection, source), headers, asked);
  try {
    refuseOther(answer, source);
    if (answer.status === 416) {
      partial.clear();
      throw new PassingFault('the hub has no such range; once more from its beginning');
    }
    // Not every server has ranges, and then all of it comes.
    if (answer.status !== 206 || !startsAt(answer, partial.length)) partial.clear();
    if (answer.status === 206 && !startsAt(answer, partial.length)) {
      throw new PassingFault('another range came than was asked for; once more from its beginning');
    }
    for (let piece = await answer.read(); piece !== undefined; piece = await answer.read()) {
      partial.append(piece);
      if (partial.length > file.size) {
        rmSync(partial.path, { force: true });
        throw new HubFailure(
          `${wanted.where}: ${titleOf(source)}: more came than the ${file.size} bytes that the hub says it has; deleted`,
        );
      }
      onBytes(partial.length);
    }
    if (partial.length < file.size) {
      throw new PassingFault(`cut off after ${partial.length} of ${file.size} bytes`);
    }
  } finally {
    answer.close();
  }
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
  return new RegExp(`^bytes ${length}-`).test(headers.get('content-range') ?? '');
}

function wrongBytes({ wanted, commit, file }: Source, path: string, found: string): HubFailure {
  rmSync(path, { force: true });
  return new HubFailure(
    `${wanted.where}: ${wanted.repo} at ${short(commit)}: ${file.path} came with other bytes and was deleted: found ${hashName(found)}, expected ${file.etag}`,
  );
}

/** A file that grows, with its hash. */
class Partial {
  readonly path: string;
  private readonly descriptor: number;
  private readonly file: HubFile;
  private hash: Hash;
  private bytes: number;

  private constructor(descriptor: number, path: string, file: HubFile, hash: Hash, bytes: number) {
    this.descriptor = descriptor;
    this.path = path;
    this.file = file;
    this.hash = hash;
    this.bytes = bytes;
  }

  static async open(descriptor: number, path: string, file: HubFile): Promise<Partial> {
    const hash = contentHash(file);
    const partial = new Partial(descriptor, path, file, hash, await feedFile(hash, path));
    if (partial.length > file.size) partial.clear();
    return partial;
  }

  get length(): number {
    return this.bytes;
  }

  /** @throws WriteError, with as much written as fits */
  append(piece: Uint8Array): void {
    writing(this.path, () => {
      for (let written = 0; written < piece.length; ) {
        const some = writeSync(this.descriptor, piece, written);
        this.hash.update(piece.subarray(written, written + some));
        this.bytes += some;
        written += some;
      }
    });
  }

  clear(): void {
    writing(this.path, () => ftruncateSync(this.descriptor, 0));
    this.hash = contentHash(this.file);
    this.bytes = 0;
  }

  /** Of a whole file; once only. */
  digest(): string {
    return this.hash.digest('hex');
  }
}
