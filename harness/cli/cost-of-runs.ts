// The cost of a study's runs: computed once for runs that differ in seed, label or rates alone, of which it knows nothing.
import { MissingInput } from '../contracts/input-error.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { costOfRun, type RunCost } from '../cost/run-cost.ts';
import type { Sources } from './run-context.ts';
import type { Services } from './services.ts';

export type KnownCost =
  | { readonly cost: RunCost; readonly layers: number; readonly reason: null }
  /** Why it is not known. */
  | { readonly cost: null; readonly reason: string };

/** Gives the cost of a run. @throws InputError for a configuration that will not do */
export function costsOf(sources: Sources, services: Services): (config: RunConfig) => Promise<KnownCost> {
  const known = new Map<string, Promise<KnownCost>>();
  return (config) => {
    const { model, method, task, training } = config;
    const key = JSON.stringify([model, method.name, method.options, task, training]);
    const found = known.get(key) ?? compute(config, sources, services);
    known.set(key, found);
    return found;
  };
}

async function compute(config: RunConfig, sources: Sources, services: Services): Promise<KnownCost> {
  try {
    const inputs = await services.costInputs(config, sources);
    return { cost: costOfRun(inputs), layers: inputs.spec.layers, reason: null };
  } catch (error) {
    if (!(error instanceof MissingInput)) throw error;
    return { cost: null, reason: error.faults.join('; ') };
  }
}
