// Scores of methods that were never run, for tests of what is said of comparisons.
import { METRICS } from '../../harness/metrics/index.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import type { Compared } from '../../harness/report/study-results.ts';
import { compareStudy } from '../../harness/stats/compare-methods.ts';
import type { TaskScores } from '../../harness/stats/scores.ts';

export const MADE_SEEDS = [0, 1, 2, 3, 4];

/** Three methods of five seeds on 200 questions: one right nine times of ten, one six times, one that says 1 to all. */
export function madeScores(task: string): TaskScores {
  const draw = streamsOf(4)(task);
  const labels = Float64Array.from({ length: 200 }, (_, i) => Number(i % 10 < 6));
  const answers: Record<string, (label: number) => number> = {
    good: (label) => (draw.uniform(0, 1) < 0.9 ? label : 1 - label),
    weak: (label) => (draw.uniform(0, 1) < 0.6 ? label : 1 - label),
    'says|one': () => 1,
  };
  const methods = Object.entries(answers).map(([label, answer]) => ({
    label,
    runs: MADE_SEEDS.map((seed) => {
      const predictions = labels.map(answer);
      return { seed, value: METRICS.accuracy([...predictions], [...labels]), predictions: [predictions] };
    }),
  }));
  const sets = [{ name: 'validation', ids: [...labels.keys()].map(String), labels }];
  return { model: 'm', task, metric: 'acc', measure: 'accuracy', overall: 'first', sets, methods };
}

export function comparedOf(tasks: readonly TaskScores[], leftOut: readonly string[] = []): Compared {
  return { tasks, comparisons: compareStudy(tasks), leftOut };
}
