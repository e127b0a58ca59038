// What of a repository is to be fetched, and whether it may be: all that can be found out before a byte of a file is asked for.
import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Faults, InputError } from '../contracts/input-error.ts';
import { statIfThere } from '../contracts/stat-if-there.ts';
import { sha256OfFile } from '../formats/tensor-file.ts';
import { blobPath, repoFolder, snapshotPath } from './cache.ts';
import { chooseFiles, isGlob } from './choose-files.ts';
import type { Connection } from './connection.ts';
import { etagOf, hashName, isSha256 } from './content-hash.ts';
import { isSame } from './link-or-copy.ts';
import { isAskedAlike, type Lock, type Locked, lockedBefore } from './lock.ts';
import { arrivedBytes } from './partial-file.ts';
import { commitOf, filesOf, type HubFile } from './repository.ts';
import { sizeText } from './size-text.ts';
import { isCommit, short, targetOf, type Wanted } from './wanted.ts';

export interface Plan {
  readonly wanted: Wanted;
  readonly commit: string;
  /** The repository's, in the cache. */
  readonly folder: string;
  readonly files: readonly HubFile[];
  /** Whether every file was found in the cache's snapshot, by what is known of it: the hub was not asked. */
  readonly isCached: boolean;
  readonly expected: Expected;
}

/** SHA-256 by path on the hub, and where it is said. */
export type Expected = ReadonlyMap<string, { readonly sha256: string; readonly where: string }>;

export interface PlanOptions {
  readonly cache: string;
  readonly lock: Lock | undefined;
}

/** @throws InputError for what is not there, may not be read, or is not what is expected; HubFailure */
export async function planOf(connection: Connection, wanted: Wanted, { cache, lock }: PlanOptions): Promise<Plan> {
  const folder = repoFolder(cache, wanted);
  const before = lockedBefore(lock, wanted);
  const expected = expectedOf(wanted, before, lock);
  const known = isCommit(wanted.revision) ? wanted.revision : before?.commit;
  const plan = { wanted, folder, expected };
  if (known !== undefined) {
    const paths = before !== undefined && isAskedAlike(before, wanted) ? Object.keys(before.files) : exactPaths(wanted);
    const files = paths && cachedFiles(folder, known, paths, expected);
    if (files !== undefined) return { ...plan, commit: known, files, isCached: true };
    if (known !== wanted.revision) {
      connection.note(`${wanted.repo}: ${wanted.revision} is commit ${short(known)}, as ${lock?.file} has it`);
    }
  }
  const commit = known ?? (await commitOf(connection, wanted));
  const files = chooseFiles(await filesOf(connection, wanted, commit), wanted, commit);
  const faults = new Faults();
  for (const { path, etag } of files) {
    if (isSha256(etag)) faults.of(() => requireExpected({ ...plan, commit }, path, etag));
  }
  faults.throw();
  return { ...plan, commit, files, isCached: false };
}

/** What is said in sources.json has precedence. */
function expectedOf(wanted: Wanted, before: Locked | undefined, lock: Lock | undefined): Expected {
  const expected = new Map<string, { readonly sha256: string; readonly where: string }>();
  for (const [path, { sha256 }] of Object.entries(before?.files ?? {})) {
    expected.set(path, { sha256, where: `${lock?.file}: ${wanted.kind}s.${wanted.name}.files` });
  }
  for (const [path, sha256] of Object.entries(wanted.sha256)) {
    expected.set(path, { sha256, where: `${wanted.where}.sha256` });
  }
  return expected;
}

/** @throws InputError where a file has another SHA-256 than it is said to have */
export function requireExpected(
  { wanted, commit, expected }: Pick<Plan, 'wanted' | 'commit' | 'expected'>,
  path: string,
  found: string,
): void {
  const known = expected.get(path);
  if (known === undefined || known.sha256 === found) return;
  throw new InputError(
    `${known.where}: ${path}: expected sha256 ${known.sha256}; found ${found} in ${wanted.repo} at ${short(commit)}`,
  );
}

/** Undefined where it takes the hub's listing to know which files are wanted. */
function exactPaths({ files }: Wanted): readonly string[] | undefined {
  return files?.some(isGlob) ? undefined : files;
}

/** The files of a commit, where the cache has each with the SHA-256 that is expected of it. */
function cachedFiles(
  folder: string,
  commit: string,
  paths: readonly string[],
  expected: Expected,
): HubFile[] | undefined {
  const files: HubFile[] = [];
  for (const path of paths) {
    const named = snapshotPath(folder, commit, path);
    const known = expected.get(path);
    const there = statIfThere(named);
    if (known === undefined || !there?.isFile() || sha256OfFile(named) !== known.sha256) return undefined;
    files.push({ path, size: there.size, etag: known.sha256 });
  }
  return files;
}

/** @throws InputError for what stands where a file is to go, and is another one */
export async function requireFreeTargets({ wanted, commit, folder, files }: Plan): Promise<void> {
  const faults = new Faults();
  for (const file of files) {
    const target = targetOf(wanted, file.path);
    const there = statIfThere(target);
    if (there === undefined || isSame(blobPath(folder, file), target)) continue;
    if (isSame(snapshotPath(folder, commit, file.path), target)) continue;
    if (!there.isFile()) {
      faults.add(new InputError(`${target}: is a folder; expected a file, or nothing`));
      continue;
    }
    const found = await etagOf(target, { etag: file.etag, size: there.size });
    if (found === file.etag) continue;
    faults.add(
      new InputError(
        `${target}: is another file than ${file.path} of ${wanted.repo} at ${short(commit)}: found ${hashName(found)}, expected ${file.etag}; nothing is written over, so move it away or name another folder`,
      ),
    );
  }
  faults.throw();
}

/** Those that the cache seems not to have; whether it has them is known once their bytes are read. */
export function missingFiles({ folder, files, isCached }: Plan): HubFile[] {
  return isCached ? [] : files.filter((file) => statIfThere(blobPath(folder, file))?.size !== file.size);
}

/** @throws InputError where the disk of the cache has not the room for what is missing there */
export function requireRoom(plans: readonly Plan[], cache: string): void {
  const missing = new Map<string, number>();
  for (const plan of plans) {
    for (const file of missingFiles(plan)) {
      const blob = blobPath(plan.folder, file);
      missing.set(blob, Math.max(0, file.size - arrivedBytes(dirname(blob), file.etag)));
    }
  }
  const needed = [...missing.values()].reduce((sum, size) => sum + size, 0);
  const { bavail, bsize, blocks } = statfsSync(existingFolder(cache));
  // Some network file systems do not tell.
  if (blocks === 0 || needed <= bavail * bsize) return;
  throw new InputError(
    `${cache}: has room for ${sizeText(bavail * bsize)}; expected ${sizeText(needed)} for what is to be downloaded (HF_HOME names another place)`,
  );
}

function existingFolder(path: string): string {
  return statIfThere(path)?.isDirectory() || dirname(path) === path ? path : existingFolder(dirname(path));
}
