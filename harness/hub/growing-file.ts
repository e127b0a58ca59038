// A file that is written to at its end while its hash is kept.
import type { Hash } from 'node:crypto';
import { closeSync, fsyncSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { writing } from '../contracts/write-error.ts';
import { contentHash, feedFile } from './content-hash.ts';
import type { HubFile } from './repository.ts';

export interface GrowingFile {
  readonly path: string;
  /** Bytes so far. */
  readonly length: number;
  /** @throws WriteError, with as much written as fits */
  append(piece: Uint8Array): void;
  clear(): void;
  /** What its bytes hash to. */
  etag(): string;
  /** Puts what was written on the disk. */
  sync(): void;
  close(): void;
  remove(): void;
}

/**
 * With what the file holds already; it is made where it is not there.
 * @param file what it grows to be
 * @throws WriteError
 */
export async function openGrowing(path: string, file: HubFile): Promise<GrowingFile> {
  const descriptor = writing(path, () => openSync(path, 'a'));
  let hash: Hash = contentHash(file);
  let length = 0;
  const growing: GrowingFile = {
    path,
    get length() {
      return length;
    },
    append(piece) {
      writing(path, () => {
        for (let written = 0; written < piece.length; ) {
          const some = writeSync(descriptor, piece, written);
          hash.update(piece.subarray(written, written + some));
          length += some;
          written += some;
        }
      });
    },
    clear() {
      writing(path, () => ftruncateSync(descriptor, 0));
      hash = contentHash(file);
      length = 0;
    },
    etag: () => hash.copy().digest('hex'),
    sync: () => writing(path, () => fsyncSync(descriptor)),
    close: () => closeSync(descriptor),
    remove: () => writing(path, () => rmSync(path, { force: true })),
  };
  try {
    length = await feedFile(hash, path);
    if (length > file.size) growing.clear();
    return growing;
  } catch (error) {
    growing.close();
    throw error;
  }
}
