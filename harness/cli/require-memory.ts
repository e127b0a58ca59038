// Whether a study's runs fit into this machine's memory, before the first of them begins.
import { Faults, InputError } from '../contracts/input-error.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { costsOf } from './cost-of-runs.ts';
import { memoryHere } from './machine.ts';
import { bytesText } from './quantities.ts';
import type { Sources } from './run-context.ts';
import type { Services } from './services.ts';

/**
 * @param configs of the runs that are to be executed
 * @param jobs runs at once
 * @throws InputError naming each method, model and task whose runs are predicted to take more than there is
 */
export async function requireMemory(
  configs: readonly RunConfig[],
  jobs: number,
  sources: Sources,
  services: Services,
  available = memoryHere(),
): Promise<void> {
  const costOf = costsOf(sources, services);
  const faults = new Faults();
  const atOnce = Math.min(jobs, configs.length);
  for (const config of configs) {
    const { cost } = await costOf(config);
    const peak = cost?.memory.peak ?? 0;
    if (peak * atOnce <= available) continue;
    const { method, model, task } = config;
    const together =
      atOnce > 1
        ? `${bytesText(peak)} for a run, ${bytesText(peak * atOnce)} for ${atOnce} at once`
        : `about ${bytesText(peak)}`;
    faults.add(
      new InputError(
        `${method.label} on ${task.id} with ${model}: needs ${together}, and this machine has ${bytesText(available)} of memory; expected ${atOnce > 1 ? 'fewer --jobs, ' : ''}a smaller training.batchSize or microBatchSize, gradientCheckpointing, or --overcommit to run all the same`,
      ),
    );
  }
  faults.throw();
}
