// What of a configuration decides a result: its run's id and the search for its record go by this.
import type { TObject } from 'typebox';
import { type RunConfig, RunConfigSchema, type Training, TrainingSchema } from '../contracts/run-config.ts';
import { canonicalJson } from './canonical-json.ts';

/**
 * The configuration without the label, without the model's name, for which its checksum stands, and without what is as it
 * is where nothing is said: a key that comes later, with a default, changes no id.
 * @param optionsSchema the method's
 */
export function essentials({ purpose, method, task, training, seed }: RunConfig, optionsSchema: TObject): object {
  const { name, options, learningRate, headLearningRate } = method;
  return {
    purpose,
    method: { name, learningRate, headLearningRate, options: withoutDefaults(options, optionsSchema) },
    task: withoutDefaults(task, RunConfigSchema.properties.task),
    training: trainingEssentials(training),
    seed,
  };
}

/** Runs of a study share it, and may be thousands. */
const known = new WeakMap<Training, object>();

function trainingEssentials(training: Training): object {
  const found = known.get(training) ?? withoutDefaults(training, TrainingSchema);
  known.set(training, found);
  return found;
}

/** The values that are not as they are where nothing is said. */
export function withoutDefaults(
  values: Readonly<Record<string, unknown>>,
  { properties }: TObject,
): Record<string, unknown> {
  const isDefault = (key: string, value: unknown) => {
    const schema = properties[key];
    if (schema === undefined || !('default' in schema)) return false;
    return Object.is(schema.default, value) || canonicalJson(schema.default) === canonicalJson(value);
  };
  return Object.fromEntries(Object.entries(values).filter(([key, value]) => !isDefault(key, value)));
}
