// Which keys of the configuration differ between two rows: what was set otherwise, as far as no audit's rule tells it.
import type { CompletedRecord } from '../records/schema.ts';

export interface SettingChange {
  /** A path into the configuration: `method.options.r`. */
  readonly key: string;
  /** Each value once; none where the runs have no such key. */
  readonly first: readonly unknown[];
  readonly second: readonly unknown[];
}

/** @param asked paths into a record that rules ask after */
export function settingChanges(
  first: readonly CompletedRecord[],
  second: readonly CompletedRecord[],
  asked: readonly string[],
): SettingChange[] {
  const [own, its] = [valuesOf(first), valuesOf(second)];
  const keys = [...new Set([...own.keys(), ...its.keys()])].filter((key) => !isAsked(key, asked));
  return keys.flatMap((key) => {
    const [one, other] = [own.get(key) ?? NONE, its.get(key) ?? NONE];
    const isSame = one.size === other.size && [...one.keys()].every((text) => other.has(text));
    return isSame ? [] : [{ key, first: [...one.values()], second: [...other.values()] }];
  });
}

const NONE: ReadonlyMap<string, unknown> = new Map();

/** A rule's key is a path into the record, or the name of a reading of one key. */
function isAsked(key: string, asked: readonly string[]): boolean {
  return asked.includes(`config.${key}`) || (key === 'method.headLearningRate' && asked.includes('headLearningRate'));
}

/** Of each key the values, by their text. */
function valuesOf(records: readonly CompletedRecord[]): Map<string, Map<string, unknown>> {
  const all = new Map<string, Map<string, unknown>>();
  for (const record of records) {
    for (const [key, value] of settingsOf(record)) {
      const values = all.get(key) ?? new Map<string, unknown>();
      all.set(key, values.set(JSON.stringify(value), value));
    }
  }
  return all;
}

function settingsOf({ config: { method, task, training } }: CompletedRecord): [string, unknown][] {
  const { label: _label, options, ...rates } = method;
  const { id: _id, ...limits } = task;
  const below = (prefix: string, values: object): [string, unknown][] =>
    Object.entries(values).map(([key, value]) => [`${prefix}.${key}`, value]);
  return [
    ...below('method', rates),
    ...below('method.options', options),
    ...below('task', limits),
    ...below('training', training),
  ];
}
