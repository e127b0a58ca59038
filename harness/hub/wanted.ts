// What is to be fetched, and where it goes.
import { join } from 'node:path';

/** Files of one repository at one revision. */
export interface Wanted {
  readonly kind: 'model' | 'dataset';
  /** The model's name, or the task, training set or suite that the data are of. */
  readonly name: string;
  readonly repo: string;
  readonly revision: string;
  /** Paths and globs; undefined: what a model needs. */
  readonly files: readonly string[] | undefined;
  /** What files must have, by path on the hub. */
  readonly sha256: Readonly<Record<string, string>>;
  /** Where files go. */
  readonly folder: string;
  /** Their paths there, where these are not those on the hub. */
  readonly targets: Readonly<Record<string, string>>;
  /** Where it is asked for, for messages: `sources.json: models.llama3-8b`. */
  readonly where: string;
}

export function targetOf({ folder, targets }: Pick<Wanted, 'folder' | 'targets'>, path: string): string {
  return join(folder, Object.hasOwn(targets, path) ? (targets[path] ?? path) : path);
}

export function isCommit(revision: string): boolean {
  return /^[0-9a-f]{40}$/.test(revision);
}

/** As messages name a commit. */
export const short = (commit: string): string => commit.slice(0, 7);
