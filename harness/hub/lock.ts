// sources.lock.json, beside a study's sources.json: the commits and checksums that were fetched, so that whoever fetches
// again, anywhere, gets these or hears what differs.
import { existsSync } from 'node:fs';
import Type, { type Static } from 'typebox';
import { Faults } from '../contracts/input-error.ts';
import { check } from '../contracts/validate.ts';
import { parseJson } from '../formats/written-json.ts';
import { readText } from '../formats/text.ts';
import { writeWhole } from '../records/write-whole.ts';
import { requireWithin } from './path-fault.ts';
import { Sha256Schema } from './sources.ts';
import type { Wanted } from './wanted.ts';

const closed = { additionalProperties: false };

const LockedSchema = Type.Object(
  {
    repo: Type.String(),
    /** As it was asked for. */
    revision: Type.String(),
    /** As they were asked for; null: what a model needs. */
    asked: Type.Union([Type.Array(Type.String()), Type.Null()]),
    commit: Type.String({ pattern: '^[0-9a-f]{40}$' }),
    /** By path on the hub. */
    files: Type.Record(
      Type.String(),
      Type.Object({ size: Type.Integer({ minimum: 0 }), sha256: Sha256Schema }, closed),
    ),
  },
  closed,
);
export type Locked = Static<typeof LockedSchema>;
export type LockEntry = Locked & Pick<Wanted, 'kind' | 'name'>;

const LockSchema = Type.Object(
  {
    models: Type.Record(Type.String(), LockedSchema),
    datasets: Type.Record(Type.String(), LockedSchema),
  },
  closed,
);
type Entries = Static<typeof LockSchema>;

export interface Lock {
  /** As messages name it. */
  readonly file: string;
  readonly entries: Entries;
}

/** Empty where there is none. @throws InputError where it is none of ours, naming of every fault file, key and value */
export function readLock(file: string): Lock {
  if (!existsSync(file)) return { file, entries: { models: {}, datasets: {} } };
  const entries = check(LockSchema, parseJson(readText(file), file), { file });
  const faults = new Faults();
  for (const [kind, ofKind] of Object.entries(entries)) {
    for (const [name, { files }] of Object.entries(ofKind)) {
      for (const path of Object.keys(files)) {
        faults.of(() => requireWithin(path, `${file}: ${kind}.${name}.files`));
      }
    }
  }
  faults.throw();
  return { file, entries };
}

/** What was fetched of the same repository and revision before. */
export function lockedBefore(lock: Lock | undefined, { kind, name, repo, revision }: Wanted): Locked | undefined {
  const entries: Readonly<Record<string, Locked>> = lock?.entries[`${kind}s` as const] ?? {};
  const entry = Object.hasOwn(entries, name) ? entries[name] : undefined;
  return entry?.repo === repo && entry.revision === revision ? entry : undefined;
}

export function isAskedAlike({ asked }: Locked, { files }: Wanted): boolean {
  return JSON.stringify(asked) === JSON.stringify(files ?? null);
}

/** With the entries of what was fetched in place of those there were. @throws WriteError */
export function writeLock({ file, entries }: Lock, fetched: readonly LockEntry[]): void {
  const written = { models: { ...entries.models }, datasets: { ...entries.datasets } };
  for (const { kind, name, ...locked } of fetched) written[`${kind}s` as const][name] = locked;
  const text = `${JSON.stringify(written, null, 2)}\n`;
  if (text === `${JSON.stringify(entries, null, 2)}\n`) return;
  writeWhole(file, text);
}
