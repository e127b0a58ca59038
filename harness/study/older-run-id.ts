// How runs were identified in records of versions 1 and 2: by the whole configuration as it is written there, and by the
// paths of data files.
import { createHash } from 'node:crypto';
import type { FileChecksum } from '../contracts/dataset.ts';
import { canonicalJson } from './canonical-json.ts';
import type { RunIdentity } from './run-id.ts';

/** The last version of the training semantics under which records had such ids. */
export const LAST_OLDER_SEMANTICS = 2;

export interface OlderIdentity extends Pick<RunIdentity, 'modelSha256' | 'datasetSha256' | 'semantics'> {
  /** As it is written: a key that came later is not in it. */
  readonly config: unknown;
}

export function olderRunId(identity: OlderIdentity): string {
  return createHash('sha256').update(canonicalJson(identity)).digest('hex').slice(0, 16);
}

export function olderDatasetSha256(files: readonly FileChecksum[]): string {
  const lines = files.map(({ path, sha256 }) => `${path} ${sha256}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}
