// What is kept of what was fetched: its commits and checksums, for the lock and for sources.json.
import type { Fetched } from './fetch-sources.ts';
import type { LockEntry } from './lock.ts';
import type { DatasetSource, ModelSource, Sources } from './sources.ts';

/** The sources with what was fetched at its commits, as `fetch --pin` writes them; what `sources` has not is added. */
export function pinned({ models, datasets }: Sources, fetched: readonly Fetched[]): Sources {
  const pinnedModels: Record<string, ModelSource> = { ...models };
  const pinnedDatasets: Record<string, DatasetSource> = { ...datasets };
  for (const { kind, name, repo, commit: revision, files, targets, fetched: those } of fetched) {
    const sha256 = Object.fromEntries(those.map((file) => [file.path, file.sha256]));
    const paths = those.map(({ path }) => path);
    if (kind === 'model') pinnedModels[name] = { repo, revision, files: files?.slice() ?? paths, sha256 };
    else pinnedDatasets[name] = { repo, revision, files: { ...targets }, sha256 };
  }
  return { models: pinnedModels, datasets: pinnedDatasets };
}

/** What was fetched at its commits, in place of the branches that these were found at. */
export function atCommits(fetched: readonly Fetched[]): Fetched[] {
  return fetched.map((each) => ({
    ...each,
    revision: each.commit,
    files: each.files ?? each.fetched.map(({ path }) => path),
  }));
}

export function lockEntries(fetched: readonly Fetched[]): LockEntry[] {
  return fetched.map(({ kind, name, repo, revision, files, commit, fetched: those }) => ({
    ...{ kind, name, repo, revision, commit },
    asked: files?.slice() ?? null,
    files: Object.fromEntries(those.map(({ path, size, sha256 }) => [path, { size, sha256 }])),
  }));
}
