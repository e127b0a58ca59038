// Seconds a batch, measured by tinybench: a training step is one iteration of its task.
import { Bench } from 'tinybench';
import type { Results } from '../records/schema.ts';

type SecondsPerBatch = NonNullable<Results['time']['secondsPerBatch']>;
type SecondsPerStep = NonNullable<Results['time']['secondsPerStep']>;

/** Steps before the counted ones, where there are more. */
const WARMUP = 2;

/**
 * Runs `step` exactly `total` times, at least once, and measures it.
 * @param step gives the milliseconds it took, without what is counted elsewhere
 */
export async function timeSteps(total: number, step: () => Promise<number>): Promise<SecondsPerBatch> {
  const warmup = Math.min(WARMUP, total - 1);
  const settings = { time: 0, warmupTime: 0, warmup: warmup > 0, throws: true, retainSamples: true };
  const bench = new Bench({ ...settings, iterations: total - warmup, warmupIterations: warmup });
  bench.add('step', async () => ({ overriddenDuration: await step() }), { async: true });
  const [task] = await bench.run();
  if (task?.result.state !== 'completed') throw new Error(`the steps were not measured: ${task?.result.state}`);
  const { latency } = task.result;
  const samples = (latency.samples ?? []).map((milliseconds) => milliseconds / 1000);
  return {
    median: latency.p50 / 1000,
    mean: latency.mean / 1000,
    p05: quantile(samples, 0.05),
    p95: quantile(samples, 0.95),
    n: samples.length,
    warmup,
  };
}

/** Of what every step took, in seconds. */
export function summariseSteps(samples: readonly number[]): SecondsPerStep {
  return {
    mean: samples.reduce((sum, sample) => sum + sample, 0) / samples.length,
    median: quantile(samples, 0.5),
    p05: quantile(samples, 0.05),
    p95: quantile(samples, 0.95),
    n: samples.length,
  };
}

/** Linear interpolation between the two nearest of the sorted samples (numpy's default). */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
  return low + (high - low) * (at - Math.floor(at));
}
