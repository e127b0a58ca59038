// Seconds of a run, from its floating-point operations and the machine's rate.
import type { RunCost } from './run-cost.ts';

/** Share of the rate of a large matrix product that a step reaches, all beside products in it: as bench cases and runs did. */
const REACHED = 0.5;

/** Starting a process, reading and hashing a model: of each run, and for each byte of weights. */
const [START, PER_BYTE] = [1, 1.5e-8];
/** Compiling a graph, for each layer. */
const COMPILING = 0.01;

/** @param rate of a large matrix product, floating-point operations a second */
export function secondsOf({ flops, memory, steps, counts }: RunCost, rate: number, layers: number): number {
  const { trainable, trainableCumulative } = counts.parameters;
  const draws = trainable === 0 ? 1 : trainableCumulative / trainable;
  const computing = (flops.training + flops.evaluation) / (REACHED * rate);
  const compiling = steps === 0 ? 0 : draws * layers * COMPILING;
  return START + PER_BYTE * memory.weights + compiling + computing;
}
