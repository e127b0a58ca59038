// What a record says of the trials that its learning rate was chosen from must be what their own records say.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Faults, InputError } from '../contracts/input-error.ts';
import { shown } from '../contracts/validate.ts';
import type { RunRecord } from './schema.ts';
import { primaryValue, searchedValue } from './search-choice.ts';
import { readRecord } from './store.ts';

/**
 * Asks it of those of whose trials any has its record in the folder.
 * @param read records of the folder that were read already, which are not read again
 * @throws InputError naming file and key of each record that says otherwise
 */
export function requireTrueSearches(
  records: readonly RunRecord[],
  folder: string,
  read: readonly RunRecord[] = [],
): void {
  const faults = new Faults();
  const byId = new Map<string, RunRecord | undefined>([...read, ...records].map((record) => [record.id, record]));
  const trialOf = (id: string): RunRecord | undefined => {
    const file = join(folder, `${id}.json`);
    if (!byId.has(id)) byId.set(id, existsSync(file) ? readRecord(file) : undefined);
    return byId.get(id);
  };
  for (const { id, search } of records) {
    const entries = (search ?? []).map((entry, i) => ({ entry, at: `search[${i}]`, trial: trialOf(entry.id) }));
    if (entries.every(({ trial }) => trial === undefined)) continue;
    for (const { entry, at, trial } of entries) {
      const refuse = (key: string, found: unknown, expected: string) =>
        faults.add(
          new InputError(`${join(folder, `${id}.json`)}: ${at}.${key}: ${shown(found)}; expected ${expected}`),
        );
      if (trial?.config.purpose !== 'search') {
        refuse('id', entry.id, 'that of a trial whose record is beside it');
        continue;
      }
      const { method, task } = trial.config;
      const claims: [key: string, found: unknown, recorded: unknown][] = [
        ['learningRate', entry.learningRate, method.learningRate],
        ...Object.entries(entry.values ?? {}).map(([key, value]): (typeof claims)[number] => [
          `values.${key}`,
          value,
          searchedValue(method, key),
        ]),
        ['examples', entry.examples ?? task.limitTrain, task.limitTrain],
        ['value', entry.value, primaryValue(trial)],
      ];
      for (const [key, found, recorded] of claims) {
        if (JSON.stringify(found) !== JSON.stringify(recorded))
          refuse(key, found, `${shown(recorded)}, as ${entry.id}.json has`);
      }
      if (entries.some((other) => other.at !== at && other.entry.id === entry.id))
        refuse('id', entry.id, 'each trial once');
    }
  }
  faults.throw();
}
