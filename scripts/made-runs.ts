// Predictions of runs that were never made, for scripts that time what is computed from them: 10 methods of 5 seeds on 20
// tasks of 1,000 examples.
import { METRICS, type MetricName } from '../harness/metrics/index.ts';
import { type Stream, streamsOf } from '../harness/random/streams.ts';
import type { Prediction } from '../harness/records/schema.ts';

export const MADE_EXAMPLES = 1000;
export const MADE_METHODS = 10;
export const MADE_SEEDS = 5;
const TASKS_OF_EACH = 5;
const MEASURES: readonly MetricName[] = ['accuracy', 'f1', 'matthews', 'pearson'];

export interface MadeTask {
  readonly measure: MetricName;
  readonly task: string;
}

export const MADE_TASKS: readonly MadeTask[] = MEASURES.flatMap((measure) =>
  Array.from({ length: TASKS_OF_EACH }, (_, t) => ({ measure, task: `made/${measure}-${t}` })),
);

export interface MadeRun {
  /** From 0. */
  readonly method: number;
  readonly seed: number;
  readonly predictions: Prediction[];
  readonly value: number | null;
}

/** Each method is a little better than the one before, and each example has a difficulty of its own. */
export function madeRuns({ measure, task }: MadeTask): MadeRun[] {
  const stream = streamsOf(0)(task);
  const labels = Array.from({ length: MADE_EXAMPLES }, () =>
    measure === 'pearson' ? stream.integer(26) / 5 : stream.integer(2),
  );
  const hardness = labels.map(() => stream.normal(1));
  return Array.from({ length: MADE_METHODS * MADE_SEEDS }, (_, run) => {
    const [method, seed] = [Math.floor(run / MADE_SEEDS), run % MADE_SEEDS];
    const skill = 1 + 0.05 * method + stream.normal(0.05);
    const predictions = labels.map((label, i) => predict(measure, label, i, skill + (hardness[i] as number), stream));
    const value = METRICS[measure](
      predictions.map(({ prediction }) => prediction),
      labels,
    );
    return { method, seed, predictions, value };
  });
}

function predict(measure: MetricName, label: number, i: number, ease: number, stream: Stream): Prediction {
  const noise = stream.normal(1);
  const right = ease + noise > 0;
  const prediction = measure === 'pearson' ? label + 2 * noise - ease : right ? label : 1 - label;
  return { set: 'validation', id: `validation-${i}`, label, prediction, scores: [noise, -noise] };
}
