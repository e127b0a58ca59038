// A hub, a cache and folders that live as long as one test, and what is fetched between them.
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Connection } from '../../harness/hub/connection.ts';
import { type Fetched, type FetchOptions, type FetchProgress, fetchSources } from '../../harness/hub/fetch-sources.ts';
import type { Wanted } from '../../harness/hub/wanted.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { type HubServer, startHub } from './server.ts';

export interface Here {
  readonly hub: HubServer;
  /** Below it models/, data/ and the cache. */
  readonly folder: string;
  readonly cache: string;
  /** Lines that were said. */
  readonly notes: string[];
  /** Seconds that were waited, without any having passed. */
  readonly pauses: number[];
  readonly connection: Connection;
  /** Of `org/tiny` at its branch, with all its files, unless given. */
  wanted(changes?: Partial<Wanted>): Wanted;
  fetch(wanted?: Wanted, options?: Partial<FetchOptions>, from?: Partial<Connection>): Promise<Fetched[]>;
}

export const SILENT: FetchProgress = {
  begin() {},
  file: () => ({ onBytes() {}, end() {}, cancel() {} }),
};

export async function here(changes: Partial<Connection> = {}): Promise<Here> {
  const hub = await startHub();
  onTestFinished(() => hub.close());
  const folder = temporaryFolder();
  const cache = join(folder, 'cache');
  const [notes, pauses]: [string[], number[]] = [[], []];
  const connection: Connection = {
    endpoint: hub.endpoint,
    token: undefined,
    signal: new AbortController().signal,
    stallSeconds: 30,
    pause: async (seconds) => void pauses.push(seconds),
    note: (line) => void notes.push(line),
    ...changes,
  };
  const wanted: Here['wanted'] = (changes) => ({
    kind: 'model',
    name: 'tiny',
    repo: 'org/tiny',
    revision: 'main',
    files: ['**'],
    sha256: {},
    folder: join(folder, 'models', 'tiny'),
    targets: {},
    where: 'sources.json: models.tiny',
    ...changes,
  });
  return {
    ...{ hub, folder, cache, notes, pauses, connection, wanted },
    fetch: (one = wanted(), options = {}, from = {}) =>
      fetchSources({ ...connection, ...from }, [one], { cache, lock: undefined, isCopy: false, ...options }, SILENT),
  };
}

/** Bytes that are no text, the same each time. */
export function bytesOf(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let state = seed;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}
