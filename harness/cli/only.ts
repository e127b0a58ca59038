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

const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['method', { of: (config) => config.method.label, names: (study) => study.methods.map(({ label }) => label) }],
  ['task', { of: (config) => config.task.id, names: (study) => study.tasks.map(({ task }) => task) }],
  ['seed', { of: (config) => String(config.seed), names: (study) => study.seeds.map(String) }],
  ['model', { of: (config) => config.model, names: (study) => study.models }],
]);

/**
 * `method=lora,seed=0` as a test of configurations; a key given twice takes both of its values. A pair whose value has a
 * comma stands in quotes, as in a line of CSV: `"method=a,b",seed=0`; a quote within them is written twice.
 * @param only each time that the option was given
 * @throws InputError for a key that there is not, or a value that the study has not
 */
export function parseOnly(only: readonly string[], study: CheckedStudy): (config: RunConfig) => boolean {
  const wanted = new Map<Field, string[]>();
  for (const pair of only.flatMap(pairsOf)) {
    const separator = pair.indexOf('=');
    const keys = [...FIELDS.keys()];
    if (separator < 0)
      throw new InputError(
        `--only: ${shown(pair)}; expected key=value with a key of ${keys.join(', ')}, in quotes where there is a comma in it`,
      );
    const [key, value] = [pair.slice(0, separator), pair.slice(separator + 1)];
    const field = FIELDS.get(key);
    if (field === undefined) throw unknownName('--only', 'key', key, keys);
    const names = field.names(study);
    if (!names.includes(value)) throw unknownName(`--only ${key}`, `${key} of this study`, value, names);
    wanted.set(field, [...(wanted.get(field) ?? []), value]);
  }
  return (config) => [...wanted].every(([field, values]) => values.includes(field.of(config)));
}

/** What stands between commas, quotes taken off where it begins with one. */
function pairsOf(text: string): string[] {
  const pairs: string[] = [];
  for (let at = 0; at <= text.length; ) {
    const [whole, quoted, plain = ''] = /^(?:"((?:[^"]|"")*)"|([^,]*))(?=,|$)/.exec(text.slice(at)) ?? [];
    if (whole === undefined || plain.startsWith('"')) {
      throw new InputError(`--only: ${shown(text.slice(at))}; expected a quote to end before a comma or the end`);
    }
    pairs.push(quoted?.replaceAll('""', '"') ?? plain);
    at += whole.length + 1;
  }
  return pairs;
}
