// The id of a run: the hash of everything that decides its result.
import { createHash } from 'node:crypto';
import type { TObject } from 'typebox';
import type { FileChecksum } from '../contracts/dataset.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { canonicalJson } from './canonical-json.ts';
import { essentials } from './essentials.ts';

/**
 * The version of what a configuration means. Raise it with any change after which the same configuration, model and
 * data give other numbers: the order of random draws, the data order, the loss, the optimiser, the schedule, how inputs
 * are truncated or boosters are merged. Older records then keep their ids and are not taken for results of the new code.
 * A change of speed, memory or tables alone does not raise it.
 */
export const TRAINING_SEMANTICS = 3;

/** What decides a run's result. Checksums are SHA-256 in hex. */
export interface RunIdentity {
  readonly config: RunConfig;
  /** Of the method, whose defaults are no part of the id. */
  readonly optionsSchema: TObject;
  readonly modelSha256: string;
  readonly datasetSha256: string;
  readonly semantics: number;
}

/** The first 16 hex digits of the SHA-256 of the identity as canonical JSON. */
export function runId({ config, optionsSchema, ...rest }: RunIdentity): string {
  const text = canonicalJson({ config: essentials(config, optionsSchema), ...rest });
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/**
 * Of the contents of data files and their own names: the folders in which they lie are spelled in several ways.
 * @param files in the order in which they are read, which tells what each is for
 */
export function datasetSha256(files: readonly FileChecksum[]): string {
  const lines = files.map(({ path, sha256 }) => `${path.split('/').at(-1)} ${sha256}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}
