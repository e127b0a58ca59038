// Fetches what a study or a selection wants, and says what came of it.
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { InputError } from '../contracts/input-error.ts';
import { cacheOfEnvironment, hubOfEnvironment } from '../hub/environment.ts';
import { type Fetched, fetchSources } from '../hub/fetch-sources.ts';
import { readLock, writeLock } from '../hub/lock.ts';
import { atCommits, lockEntries, pinned } from '../hub/pin.ts';
import { sizeText } from '../hub/size-text.ts';
import { short } from '../hub/wanted.ts';
import { writeWhole } from '../records/write-whole.ts';
import { alignedTable } from '../report/markdown.ts';
import { Interrupted } from './child-process.ts';
import { showFetch } from './fetch-progress.ts';
import { interruptible } from './interruptible.ts';
import type { SourceOptions } from './options.ts';
import type { Output } from './output.ts';
import { requireWritable, requireWritableFolder } from './require-writable.ts';
import type { Services } from './services.ts';
import { wantedSources } from './wanted-sources.ts';

export interface FetchCommandOptions extends SourceOptions {
  readonly model?: readonly string[];
  readonly task?: readonly string[];
  readonly files?: readonly string[];
  readonly pin?: boolean;
  readonly copy?: boolean;
  readonly json?: boolean;
}

const STALL_SECONDS = 60;
const NOTHING_KNOWN = 'nothing fetched: of what is missing no source is known\n';

/** Gives the exit code. @throws InputError for what will not do, with nothing downloaded; HubFailure; WriteError */
export async function fetchWanted(
  study: string | undefined,
  options: FetchCommandOptions,
  services: Services,
  output: Output,
): Promise<number> {
  const { pin = false, copy: isCopy = false, json = false } = options;
  if (pin && study === undefined)
    throw new InputError('--pin: needs a study; expected one, whose sources.json it writes');
  const { wanted, notes, own } = await wantedSources(study, options, services);
  const hub = hubOfEnvironment();
  const cache = cacheOfEnvironment();
  const lock = own === undefined ? undefined : readLock(join(dirname(own.file), 'sources.lock.json'));
  if (wanted.length > 0) {
    for (const { folder } of wanted) requireWritableFolder(folder);
    if (lock !== undefined) requireWritable(lock.file);
    if (pin && own !== undefined) requireWritable(own.file);
  }
  return interruptible(async (signal) => {
    const progress = showFetch(output.stderr);
    const pause = (seconds: number) => wait(1000 * seconds, undefined, { signal });
    const connection = { ...hub, signal, pause, stallSeconds: STALL_SECONDS, note: progress.log };
    const fetched: Fetched[] = [];
    // At once: what comes after it may fail.
    const onFetched = (one: Fetched): void => {
      fetched.push(one);
      if (pin && own !== undefined) {
        writeWhole(own.file, `${JSON.stringify(pinned(own.sources, fetched), null, 2)}\n`);
      }
      if (lock !== undefined) writeLock(lock, lockEntries(pin ? atCommits(fetched) : fetched));
    };
    try {
      for (const note of notes) progress.log(note);
      if (wanted.length > 0) await fetchSources(connection, wanted, { cache, lock, isCopy, onFetched }, progress);
    } catch (error) {
      if (!signal.aborted) throw error;
      progress.stop();
      progress.log('interrupted; what was downloaded is kept, and the same command goes on from there');
      throw new Interrupted('interrupted');
    } finally {
      progress.stop();
    }
    const isNothingKnown = wanted.length === 0 && notes.length > 0;
    const text = isNothingKnown ? NOTHING_KNOWN : describe(fetched);
    output.print(json ? `${JSON.stringify(documentOf(cache, fetched, notes), null, 2)}\n` : text);
    return isNothingKnown ? 1 : 0;
  });
}

function documentOf(cache: string, fetched: readonly Fetched[], notes: readonly string[]): object {
  const each = fetched.map(({ kind, name, repo, revision, commit, fetched: files }) => {
    return { kind, name, repo, revision, commit, files };
  });
  return { cache, fetched: each, notes };
}

function describe(fetched: readonly Fetched[]): string {
  if (fetched.length === 0) return 'nothing to fetch\n';
  const sum = (files: Fetched['fetched']) => sizeText(files.reduce((bytes, { size }) => bytes + size, 0));
  const rows = fetched.map(({ name, repo, commit, fetched: files }) => {
    const downloaded = files.filter(({ isDownloaded }) => isDownloaded);
    return [name, `${repo}@${short(commit)}`, String(files.length), sum(files), sum(downloaded)];
  });
  return `${alignedTable(['name', 'from', 'files', 'size', 'downloaded'], rows, 2)}\n`;
}
