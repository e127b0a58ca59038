// --only: which of a study's final runs are wanted.
import { InputError } from '../contracts/input-error.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { shown, unknownName } from '../contracts/validate.ts';
import type { CheckedStudy } from '../study/read.ts';

interface Field {
  of(config: RunConfig): string;
  /** The values that the study has. */
  names(study: CheckedStudy): readonly string[];
}

const FIELDS: Readonly<Record<string, Field>> = {
  method: { of: (config) => config.method.label, names: (study) => study.methods.map(({ label }) => label) },
  task: { of: (config) => config.task.id, names: (study) => study.tasks.map(({ task }) => task) },
  seed: { of: (config) => String(config.seed), names: (study) => study.seeds.map(String) },
  model: { of: (config) => config.model, names: (study) => study.models },
};

/**
 * `method=lora,seed=0` as a test of configurations; a key given twice takes both of its values.
 * @throws InputError for a key that there is not, or a value that the study has not
 */
export function parseOnly(only: string | undefined, study: CheckedStudy): (config: RunConfig) => boolean {
  const wanted = new Map<Field, string[]>();
  for (const pair of only?.split(',') ?? []) {
    const separator = pair.indexOf('=');
    if (separator < 0) {
      throw new InputError(
        `--only: ${shown(pair)}; expected key=value with a key of ${Object.keys(FIELDS).join(', ')}`,
      );
    }
    const [key, value] = [pair.slice(0, separator), pair.slice(separator + 1)];
    const field = FIELDS[key];
    if (field === undefined) throw unknownName('--only', 'key', key, Object.keys(FIELDS));
    const names = field.names(study);
    if (!names.includes(value)) throw unknownName(`--only ${key}`, `${key} of this study`, value, names);
    wanted.set(field, [...(wanted.get(field) ?? []), value]);
  }
  return (config) => [...wanted].every(([field, values]) => values.includes(field.of(config)));
}
