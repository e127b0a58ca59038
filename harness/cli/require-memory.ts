// Whether a study's runs fit into this machine's memory, before the first of them begins.
import { Faults, InputError } from '../contracts/input-error.ts';
import type { RunConfig } from '../contracts/run-config.ts';
import { isBeyond, PEAK_ERROR } from '../cost/memory.ts';
import { costsOf } from './cost-of-runs.ts';
import { memoryHere } from './machine.ts';
import { bytesText } from './quantities.ts';
import { type Sources, studyFileOf } from './run-context.ts';
import type { RunsLeft } from './runs-left.ts';
import type { Services } from './services.ts';

interface Predicted {
  readonly config: RunConfig;
  /** Bytes; 0 where it is not known. */
  readonly peak: number;
}

/**
 * @param stages the runs that are to be executed, by what may be under way at once
 * @param jobs runs at once
 * @throws InputError naming each method, model and task whose runs are predicted to take more than there is even if the
 * prediction is as much too high as it may be; where each run of a stage fits, what the largest of them take at once
 */
export async function requireMemory(
  stages: readonly (readonly RunsLeft[])[],
  jobs: number,
  sources: Sources,
  services: Services,
  available = memoryHere(),
): Promise<void> {
  const costOf = costsOf(sources, services);
  const faults = new Faults();
  const refuse = (need: string, less: string): void =>
    faults.add(
      new InputError(
        `${studyFileOf(sources)}: ${need}, give or take ${100 * PEAK_ERROR} %, and this machine has ${bytesText(available)} of memory; expected ${less}a smaller training.batchSize or microBatchSize, gradientCheckpointing, or --overcommit to run all the same`,
      ),
    );
  for (const stage of stages) {
    const runs: Predicted[] = [];
    for (const { configs, count } of stage) {
      const each: Predicted[] = [];
      for (const config of configs) each.push({ config, peak: (await costOf(config)).cost?.memory.peak ?? 0 });
      for (const run of largest(each, count)) runs.push(run);
    }
    const beyond = runs.filter(({ peak }) => isBeyond(peak, available));
    for (const { config, peak } of beyond) refuse(`${nameOf(config)} is predicted to need ${bytesText(peak)}`, '');
    const together = largest(runs, jobs);
    const sum = together.reduce((bytes, { peak }) => bytes + peak, 0);
    const [first] = together;
    if (first === undefined || beyond.length > 0 || !isBeyond(sum, available)) continue;
    const most = `${bytesText(first.peak)} of it ${nameOf(first.config)}`;
    refuse(`${together.length} runs at once are predicted to need ${bytesText(sum)} (${most})`, 'fewer --jobs, ');
  }
  faults.throw();
}

function largest(runs: readonly Predicted[], count: number): Predicted[] {
  return runs.toSorted((a, b) => b.peak - a.peak).slice(0, count);
}

function nameOf({ method, task, model }: RunConfig): string {
  return `${method.label} on ${task.id} with ${model}`;
}
