// Fetches what a study or a selection wants, and says what came of it.
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { InputError } from '../contracts/input-error.ts';
import { cacheOfEnvironment, hubOfEnvironment } from '../hub/environment.ts';
import { type Fetched, fetchSources } from '../hub/fetch-sources.ts';
import { lockEntries, readLock, writeLock } from '../hub/lock.ts';
import { pinned } from '../hub/pin.ts';
import { sizeText } from '../hub/size-text.ts';
import { short } from '../hub/wanted.ts';
import { writeWhole } from '../records/write-whole.ts';
import { alignedTable } from '../report/markdown.ts';
import { Interrupted } from './child-process.ts';
import type { FetchCommandOptions } from './commands/fetch.ts';
import { showFetch } from './fetch-progress.ts';
import { interruptible } from './interruptible.ts';
import type { Output } from './output.ts';
import { requireWritable, requireWritableFolder } from './require-writable.ts';
import type { Services } from './services.ts';
import { wantedSources } from './wanted-sources.ts';

const STALL_SECONDS = 60;

/** Gives the exit code. @throws InputError for what will not do, with nothing downloaded; HubFailure; WriteError */
export async function fetchWanted(
  study: string | undefined,
  options: FetchCommandOptions,
  services: Services,
  output: Output,
): Promise<number> {
  const { pin = false, copy: isCopy = false, json = false } = options;
  if (pin && study === undefined) throw new InputError('--pin: without a study; expected one, whose sources.json it writes');
  const { wanted, notes, own } = await wantedSources(study, options, services);
  const hub = hubOfEnvironment();
  const cache = cacheOfEnvironment();
  const lock = own === undefined ? undefined : readLock(join(dirname(own.file), 'sources.lock.json'));
  for (const folder of new Set(wanted.map((each) => each.folder))) requireWritableFolder(folder);
  if (wanted.length > 0 && lock !== undefined) requireWritable(lock.file);
  if (wanted.length > 0 && pin && own !== undefined) requireWritable(own.file);
  const progress = showFetch(output.stderr);
  const all = await interruptible(async (signal) => {
    for (const note of notes) progress.log(note);
    const pause = (seconds: number) => wait(1000 * seconds, undefined, { signal });
    const connection = { ...hub, signal, pause, stallSeconds: STALL_SECONDS, note: progress.log };
    try {
      const fetched = await fetchSources(connection, wanted, { cache, lock, isCopy }, progress);
      const settled = pin ? fetched.map((each) => ({ ...each, revision: each.commit })) : fetched;
      if (pin && own !== undefined && fetched.length > 0) {
        writeWhole(own.file, `${JSON.stringify(pinned(own.sources, fetched), null, 2)}\n`);
      }
      if (lock !== undefined) writeLock(lock, lockEntries(settled));
      progress.stop();
      output.print(json ? `${JSON.stringify({ cache, fetched: fetched.map(asDocument), notes }, null, 2)}\n` : describe(fetched));
      return 0;
    } catch (error) {
      if (!signal.aborted) throw error;
      progress.log('interrupted; what was downloaded is kept, and the same command goes on from there');
      throw new Interrupted('interrupted');
    } finally {
      progress.stop();
    }
  });
  return all;
}

function asDocument({ kind, name, repo, revision, commit, fetched }: Fetched): object {
  return { kind, name, repo, revision, commit, files: fetched };
}

function describe(fetched: readonly Fetched[]): string {
  if (fetched.length === 0) return 'nothing to fetch\n';
  const rows = fetched.map(({ name, repo, commit, fetched: files }) => {
    const downloaded = files.filter(({ isDownloaded }) => isDownloaded);
    const sum = (of: typeof files) => sizeText(of.reduce((bytes, { size }) => bytes + size, 0));
    return [name, `${repo}@${short(commit)}`, String(files.length), sum(files), downloaded.length > 0 ? sum(downloaded) : 'nothing'];
  });
  return `${alignedTable(['name', 'from', 'files', 'size', 'downloaded'], rows, 2)}\n`;
}
