// The id of a run: the hash of everything that decides its result.
import { createHash } from 'node:crypto';
import type { RunConfig } from '../contracts/run-config.ts';
import { isModelPath } from './model-path.ts';

/**
 * The version of what a configuration means. Raise it with any change after which the same configuration, model and
 * data give other numbers: the order of random draws, the data order, the loss, the optimiser, the schedule, how inputs
 * are truncated or boosters are merged. Older records then keep their ids and are not taken for results of the new code.
 * A change of speed, memory or tables alone does not raise it.
 */
export const TRAINING_SEMANTICS = 2;

/** What decides a run's result. Checksums are SHA-256 in hex. */
export interface RunIdentity {
  readonly config: RunConfig;
  readonly modelSha256: string;
  readonly datasetSha256: string;
  readonly semantics: number;
}

/**
 * The first 16 hex digits of the SHA-256 of the identity as canonical JSON. Of a model that is given by a path, the
 * checksum alone decides: where its file lies, and how that is spelled, does not.
 */
export function runId({ config, modelSha256, datasetSha256, semantics }: RunIdentity): string {
  const model = isModelPath(config.model) ? '' : config.model;
  const text = canonicalJson({ config: { ...config, model }, modelSha256, datasetSha256, semantics });
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

/** JSON without spaces and with sorted keys: one text for one value, however it was put together. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  const text = JSON.stringify(value);
  if (text === undefined || (typeof value === 'number' && !Number.isFinite(value))) {
    throw new TypeError(`no JSON for ${String(value)}`);
  }
  return text;
}
