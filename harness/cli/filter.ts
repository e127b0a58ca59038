// --only: which of a study's final runs to take.
import { InputError } from '../contracts/input-error.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { shown, unknownName } from '../contracts/validate.ts';
import type { CheckedStudy } from '../study/read.ts';

/** Reads a key off a configuration, as text. */
const KEYS: Readonly<Record<string, (config: RunConfig) => string>> = {
  model: (config) => config.model,
  method: (config) => config.method.label,
  task: (config) => config.task.id,
  seed: (config) => String(config.seed),
};

/**
 * Parses `method=lora,task=glue/stsb,seed=0`. A key given twice takes both of its values.
 * @throws InputError naming the key or value that the study does not have
 */
export function parseFilter(text: string | undefined, study: CheckedStudy): (config: RunConfig) => boolean {
  const wanted = new Map<string, string[]>();
  for (const part of text?.split(',') ?? []) {
    const [key = '', ...rest] = part.split('=');
    const value = rest.join('=');
    if (KEYS[key] === undefined) throw unknownName('--only', 'key', key, Object.keys(KEYS));
    if (value === '') throw new InputError(`--only: ${shown(part)}; expected key=value, such as method=lora`);
    const names = namesOf(study)[key] ?? [];
    if (!names.includes(value)) throw unknownName(`--only ${key}`, `${key} of study ${shown(study.name)}`, value, names);
    wanted.set(key, [...(wanted.get(key) ?? []), value]);
  }
  return (config) => [...wanted].every(([key, values]) => values.includes(KEYS[key]?.(config) ?? ''));
}

function namesOf(study: CheckedStudy): Readonly<Record<string, readonly string[]>> {
  return {
    model: study.models,
    method: study.methods.map(({ label }) => label),
    task: study.tasks.map(({ task }) => task),
    seed: study.seeds.map(String),
  };
}
