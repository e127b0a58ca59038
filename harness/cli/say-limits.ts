// Says once, before a study's runs, which of its limits ask for more examples than there are.
import type { RunConfig } from '../contracts/run-config.ts';
import { writeLine } from './output.ts';
import type { Sources } from './run-context.ts';
import type { Services } from './services.ts';

/** `glue/mrpc: limitTrain 5000, but 3668 examples are there`, a line each. @throws InputError for data that will not do */
export async function sayLimits(
  configs: readonly RunConfig[],
  sources: Sources,
  services: Services,
  stream: NodeJS.WriteStream,
): Promise<void> {
  const lines = new Set<string>();
  // Seeds, methods and rates have no part in it, and each look draws from the data.
  const tasks = new Map(configs.map((config) => [JSON.stringify([config.model, config.task]), config]));
  for (const config of tasks.values()) {
    for (const note of await services.limitNotes(config, sources)) lines.add(`${config.task.id}: ${note}`);
  }
  for (const line of lines) writeLine(stream, line);
}
