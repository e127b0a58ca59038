// Threads change nothing: what they say of tasks is what is said without them, in the order of the tasks.
import { expect, it } from 'vitest';
import { compareTasks } from '../../harness/cli/compare-tasks.ts';
import { METRICS, type MetricName } from '../../harness/metrics/index.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import type { TaskScores } from '../../harness/stats/scores.ts';

const EXAMPLES = 6000;

function made(task: string, measure: MetricName): TaskScores {
  const stream = streamsOf(0)(task);
  const labels = Float64Array.from({ length: EXAMPLES }, () => stream.integer(2));
  const methods = ['a', 'b', 'c'].map((label) => ({
    label,
    runs: [0, 1].map((seed) => {
      const predictions = labels.map((y) => (stream.integer(5) === 0 ? 1 - y : y));
      return { seed, value: METRICS[measure]([...predictions], [...labels]), predictions: [predictions] };
    }),
  }));
  const sets = [{ name: 'validation', ids: [...labels.keys()].map(String), labels }];
  return { model: 'm', task, metric: measure, measure, overall: 'first', sets, methods };
}

it('says the same on one thread and on three', { timeout: 120_000 }, async () => {
  const tasks = [made('first', 'accuracy'), made('second', 'f1'), made('third', 'matthews')];
  const alone = await compareTasks(tasks, 1);
  expect(alone.map(({ task }) => task)).toEqual(['first', 'second', 'third']);
  expect(await compareTasks(tasks, 3)).toEqual(alone);
});
