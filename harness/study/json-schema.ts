// The schema of study.json for editors: that of schema.ts, with the names that there are and each method's own options, so
// that an editor completes them.
import type { Catalogue } from './read.ts';
import { StudySchema } from './schema.ts';

/** @param presets names of models @returns a JSON schema, draft 7 */
export function studyJsonSchema(
  { methods, taskIds, trainingSetIds }: Pick<Catalogue, 'methods' | 'taskIds' | 'trainingSetIds'>,
  presets: readonly string[],
): object {
  const { properties } = StudySchema;
  const { models } = properties;
  const entry = properties.methods.items;
  const [id, task] = properties.tasks.items.anyOf;
  const method = { ...entry.properties.method, enum: methods.map(({ name }) => name) };
  return {
    ...StudySchema,
    properties: {
      ...properties,
      models: { ...models, items: { ...models.items, examples: presets } },
      methods: {
        ...properties.methods,
        items: { ...entry, properties: { ...entry.properties, method }, anyOf: methods.map(optionsOf) },
      },
      tasks: {
        ...properties.tasks,
        items: {
          anyOf: [
            { ...id, examples: taskIds },
            {
              ...task,
              properties: {
                ...task.properties,
                task: { ...task.properties.task, examples: taskIds },
                trainOn: { ...task.properties.trainOn, examples: [...taskIds, ...trainingSetIds] },
              },
            },
          ],
        },
      },
    },
  };
}

/** An entry of one method: its options, all of which have defaults. */
function optionsOf({ name, optionsSchema }: Catalogue['methods'][number]): object {
  const { required: _all, ...options } = optionsSchema;
  return {
    type: 'object',
    properties: { method: { const: name }, options: { ...options, additionalProperties: false } },
  };
}
