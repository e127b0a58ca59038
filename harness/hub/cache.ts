// The cache that the hub's libraries share. Below models--org--name or datasets--org--name, blobs/ has each content once, by
// its etag; snapshots/<commit>/ has links to them under the files' names; refs/<branch> has a commit.
// Layout: https://huggingface.co/docs/hub/local-cache
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { getRepoFolderName } from '@huggingface/hub';
import { statIfThere } from '../contracts/stat-if-there.ts';
import { writing } from '../contracts/write-error.ts';
import { makeFolder, writeWhole } from '../records/write-whole.ts';
import { etagOf } from './content-hash.ts';
import { isSame, linkOrCopy } from './link-or-copy.ts';
import type { HubFile } from './repository.ts';
import { isCommit, type Wanted } from './wanted.ts';

export function repoFolder(cache: string, { kind, repo }: Pick<Wanted, 'kind' | 'repo'>): string {
  return join(cache, getRepoFolderName({ type: kind, name: repo }));
}

export const blobPath = (folder: string, { etag }: Pick<HubFile, 'etag'>): string => join(folder, 'blobs', etag);

export const snapshotPath = (folder: string, commit: string, path: string): string =>
  join(folder, 'snapshots', commit, path);

/**
 * Where a file of a commit lies whole: as a blob, or where a system without links has it, in the snapshot itself. What has
 * other bytes than it should is deleted, and said.
 */
export async function cachedFile(
  folder: string,
  commit: string,
  file: HubFile,
  { note, onBytes }: { note(line: string): void; onBytes(sum: number): void },
): Promise<string | undefined> {
  for (const path of [blobPath(folder, file), snapshotPath(folder, commit, file.path)]) {
    const there = statIfThere(path);
    if (there === undefined) continue;
    if (there.size === file.size && (await etagOf(path, file, onBytes)) === file.etag) return path;
    writing(path, () => rmSync(path));
    note(`${path}: has other bytes than ${file.path} on the hub; deleted`);
  }
  return undefined;
}

/** Gives the file its name in the commit's snapshot. @throws WriteError */
export function nameInSnapshot(blob: string, folder: string, commit: string, path: string): string {
  const named = snapshotPath(folder, commit, path);
  if (named === blob || isSame(blob, named)) return named;
  makeFolder(dirname(named));
  writing(named, () => rmSync(named, { force: true }));
  linkOrCopy(blob, named, relative(dirname(named), blob));
  return named;
}

/** Keeps which commit a branch or tag is at. @throws WriteError */
export function writeRef(folder: string, revision: string, commit: string): void {
  const file = join(folder, 'refs', revision);
  if (isCommit(revision) || (existsSync(file) && readFileSync(file, 'utf8') === commit)) return;
  makeFolder(dirname(file));
  writeWhole(file, commit);
}
