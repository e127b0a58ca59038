// Fetches files of the hub at pinned revisions: into the cache, checked, and from there to where they are looked for.
import { dirname } from 'node:path';
import { Faults } from '../contracts/input-error.ts';
import { statIfThere } from '../contracts/stat-if-there.ts';
import { sha256OfFile } from '../formats/tensor-file.ts';
import { makeFolder } from '../records/write-whole.ts';
import { nameInSnapshot, snapshotPath, writeRef } from './cache.ts';
import type { Connection } from './connection.ts';
import { isSha256 } from './content-hash.ts';
import { bringToCache, type OnBytes, requireAccess, titleOf } from './download.ts';
import { copyWhole, linkOrCopy } from './link-or-copy.ts';
import {
  missingFiles,
  type Plan,
  planOf,
  type PlanOptions,
  requireExpected,
  requireFreeTargets,
  requireRoom,
} from './plan.ts';
import type { HubFile } from './repository.ts';
import { isCommit, targetOf, type Wanted } from './wanted.ts';

export interface FetchOptions extends PlanOptions {
  /** Whether files are copied to where they go, in place of links to the cache. */
  readonly isCopy: boolean;
  /** Called with each repository once all that is wanted of it is there. */
  onFetched?(fetched: Fetched): void;
}

export interface Fetched extends Pick<Wanted, 'kind' | 'name' | 'repo' | 'revision' | 'files' | 'targets'> {
  readonly commit: string;
  /** In the hub's order. */
  readonly fetched: readonly FetchedFile[];
}

export interface FetchedFile {
  /** On the hub. */
  readonly path: string;
  /** Where it went. */
  readonly target: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
  /** False: the cache had it. */
  readonly isDownloaded: boolean;
}

export interface FetchProgress {
  /** Everything is found out, and so many files of so many bytes in all are to be there in the end. */
  begin(files: number, bytes: number): void;
  file(title: string, bytes: number): FileProgress;
}

export interface FileProgress {
  readonly onBytes: OnBytes;
  end(file: FetchedFile): void;
  /** It did not come. */
  cancel(): void;
}

/**
 * Refuses, before it downloads anything, whatever can be refused by then.
 * @throws InputError naming of every fault what was asked for, what is there and what was expected; HubFailure where the
 *   hub or the way to it fails; WriteError. What was downloaded by then is kept.
 */
export async function fetchSources(
  connection: Connection,
  wanted: readonly Wanted[],
  options: FetchOptions,
  progress: FetchProgress,
): Promise<Fetched[]> {
  const faults = new Faults();
  const plans: Plan[] = [];
  for (const each of wanted) {
    const plan = await faults.ofLater(() => planOf(connection, each, options));
    if (plan === undefined) continue;
    plans.push(plan);
    await faults.ofLater(() => requireFreeTargets(plan));
  }
  faults.throw();
  requireRoom(plans, options.cache);
  for (const plan of plans) {
    const [file] = missingFiles(plan);
    if (file !== undefined) await faults.ofLater(() => requireAccess(connection, { ...plan, file }));
  }
  faults.throw();
  const all = plans.flatMap(({ files }) => files);
  progress.begin(
    all.length,
    all.reduce((sum, { size }) => sum + size, 0),
  );
  const fetched: Fetched[] = [];
  for (const plan of plans) {
    const one = await carryOut(connection, plan, options, progress);
    fetched.push(one);
    options.onFetched?.(one);
  }
  return fetched;
}

async function carryOut(
  connection: Connection,
  plan: Plan,
  options: FetchOptions,
  progress: FetchProgress,
): Promise<Fetched> {
  const { wanted, commit, folder } = plan;
  const { kind, name, repo, revision, files, targets } = wanted;
  const fetched: FetchedFile[] = [];
  for (const file of plan.files) {
    const bar = progress.file(titleOf({ wanted, file }), file.size);
    try {
      const there = await fetchFile(connection, plan, file, options, bar.onBytes);
      bar.end(there);
      fetched.push(there);
    } catch (error) {
      bar.cancel();
      throw error;
    }
  }
  if (!plan.isCached && !isCommit(revision)) writeRef(folder, revision, commit);
  return { kind, name, repo, revision, files, targets, commit, fetched };
}

async function fetchFile(
  connection: Connection,
  plan: Plan,
  file: HubFile,
  { isCopy }: FetchOptions,
  onBytes: OnBytes,
): Promise<FetchedFile> {
  const { wanted, commit, folder, isCached } = plan;
  const { path, size, etag } = file;
  const target = targetOf(wanted, path);
  const arrived = isCached
    ? { path: snapshotPath(folder, commit, path), isDownloaded: false }
    : await bringToCache(connection, { wanted, commit, folder, file }, onBytes);
  const sha256 = isSha256(etag) ? etag : sha256OfFile(arrived.path);
  requireExpected(plan, path, sha256);
  const named = isCached ? arrived.path : nameInSnapshot(arrived.path, folder, commit, path);
  makeFolder(dirname(target));
  // What is there was found to have the same bytes.
  if (statIfThere(target) === undefined) (isCopy ? copyWhole : linkOrCopy)(named, target);
  return { path, target, size, sha256, isDownloaded: arrived.isDownloaded };
}
