// What a file hashes to on the hub: a file in large-file storage by its SHA-256, any other as git names its content.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { HubFile } from './repository.ts';

type Content = Pick<HubFile, 'etag' | 'size'>;

/** To be fed a file's bytes; its hexadecimal digest is then the file's `etag`. */
export function contentHash({ etag, size }: Content): Hash {
  return isSha256(etag) ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
}

/** Whether the file is in large-file storage. */
export function isSha256(etag: string): boolean {
  return etag.length === 64;
}

/** `sha256 0123...`, or of what git keeps itself `git blob 0123...` */
export function hashName(etag: string): string {
  return `${isSha256(etag) ? 'sha256' : 'git blob'} ${etag}`;
}

/** Feeds a file's bytes, and gives how many there were. */
export async function feedFile(hash: Hash, path: string, onBytes: (sum: number) => void = () => {}): Promise<number> {
  let sum = 0;
  for await (const piece of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(piece);
    sum += piece.length;
    onBytes(sum);
  }
  return sum;
}

/** What the file at a path would be on the hub, by the hash that is kept of `expected`. */
export async function etagOf(path: string, expected: Content, onBytes?: (sum: number) => void): Promise<string> {
  const hash = contentHash(expected);
  await feedFile(hash, path, onBytes);
  return hash.digest('hex');
}
