// Predicted memory against what a machine has: what is added up, and what a prediction's error leaves.
import { describe, expect, it } from 'vitest';
import { requireMemory } from '../../harness/cli/require-memory.ts';
import type { RunsLeft } from '../../harness/cli/runs-left.ts';
import { services } from '../../harness/cli/services.ts';
import type { RunConfig } from '../../harness/contracts/run-config.ts';
import { costOfRun } from '../../harness/cost/run-cost.ts';
import { sampleConfig } from '../records/sample.ts';
import { costInputsAs } from './cost-inputs-as.ts';

const inputs = { large: costInputsAs('llama2-13b'), small: costInputsAs('smollm2-135m') };
type Size = keyof typeof inputs;

const sizeOf = ({ task }: RunConfig): Size => (task.id === 'large' ? 'large' : 'small');
const peakOf = (size: Size): number => costOfRun(inputs[size](sampleConfig({ task: size }))).memory.peak;
const one = (...sizes: Size[]): RunsLeft => ({ configs: sizes.map((task) => sampleConfig({ task })), count: 1 });

const sources = { dataRoots: [], modelsDir: undefined, studyFolder: 'studies/large' };
const asked = { ...services, costInputs: async (config: RunConfig) => inputs[sizeOf(config)](config) };
const check = (stages: readonly (readonly RunsLeft[])[], jobs: number, available: number) =>
  requireMemory(stages, jobs, sources, asked, available);

describe('runs at once', () => {
  it('take what the largest of them take together, not the largest so many times', async () => {
    const stage = [one('small'), one('large'), one('small')];
    const together = peakOf('large') + peakOf('small');
    await check([stage], 2, together);
    await expect(check([stage], 2, together / 1.16)).rejects.toThrow(
      /^studies\/large\/study\.json: 2 runs at once are predicted to need \d+ GB \(\d+ GB of it lora on large with tiny\), give or take 15 %, and this machine has \d+ GB of memory; expected fewer --jobs, a smaller training\.batchSize/,
    );
  });

  it('are never of two stages', async () => {
    await check([[one('large')], [one('large')]], 2, peakOf('large'));
    await expect(check([[one('large'), one('large')]], 2, peakOf('large'))).rejects.toThrow('2 runs at once');
  });

  it('are runs: one whose setting is not chosen yet counts once, as its largest', async () => {
    await check([[one('large', 'large', 'small')]], 4, peakOf('large'));
    await expect(check([[one('small', 'large')]], 1, peakOf('small'))).rejects.toThrow('lora on large');
  });
});

describe('a prediction', () => {
  it('refuses only what is too much even where it is 15 % too high', async () => {
    await check([[one('large')]], 1, peakOf('large') / 1.14);
    await expect(check([[one('large')]], 1, peakOf('large') / 1.16)).rejects.toThrow(
      /^studies\/large\/study\.json: lora on large with tiny is predicted to need \d+ GB, give or take 15 %, and this machine has \d+ GB of memory; expected a smaller training\.batchSize or microBatchSize, gradientCheckpointing, or --overcommit to run all the same$/,
    );
  });
});
