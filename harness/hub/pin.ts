// Commits and checksums in the place of branches: sources.json as `fetch --pin` writes it.
import type { Fetched } from './fetch-sources.ts';
import type { DatasetSource, ModelSource, Sources } from './sources.ts';

/** The sources with those that were fetched at their commits; where `sources` has one not, it is added. */
export function pinned({ models, datasets }: Sources, fetched: readonly Fetched[]): Sources {
  const pinnedModels: Record<string, ModelSource> = { ...models };
  const pinnedDatasets: Record<string, DatasetSource> = { ...datasets };
  for (const each of fetched) {
    const { kind, name, repo, commit } = each;
    const pin = { repo, revision: commit };
    const sha256 = Object.fromEntries(each.fetched.map((file) => [file.path, file.sha256]));
    const paths = each.fetched.map(({ path }) => path);
    if (kind === 'model') pinnedModels[name] = { ...pin, files: each.files?.slice() ?? paths, sha256 };
    else pinnedDatasets[name] = { ...pin, files: each.targets, sha256 };
  }
  return { models: pinnedModels, datasets: pinnedDatasets };
}
