// Compares the methods of each of many tasks, on as many threads as there are cores: tasks do not depend on each other.
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { compareTask } from '../stats/compare-methods.ts';
import type { TaskComparisons } from '../stats/comparison.ts';
import type { TaskScores } from '../stats/scores.ts';
import { bundle } from './bundle-worker.ts';

/** Predictions beyond which a second thread saves more than its start takes. */
const MANY = 100_000;

/** In the order of the tasks; the same whatever the number of threads. */
export async function compareTasks(
  tasks: readonly TaskScores[],
  threads = availableParallelism(),
): Promise<TaskComparisons[]> {
  const most = Math.min(threads, tasks.length);
  if (most < 2 || tasks.reduce((sum, task) => sum + predictionsIn(task), 0) < MANY) {
    return tasks.map((task) => compareTask(task));
  }
  const { entry, remove } = await bundle('statistics-worker.ts');
  const workers: Worker[] = [];
  try {
    while (workers.length < most) workers.push(new Worker(entry));
    const compared: TaskComparisons[] = [];
    // The largest first, so that none is left for one thread at the end.
    const waiting = [...tasks.keys()].sort((a, b) => workOf(tasks[b]) - workOf(tasks[a]));
    await Promise.all(
      workers.map(async (worker) => {
        for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
          worker.postMessage(tasks[task]);
          compared[task] = await answerOf(worker);
        }
      }),
    );
    return compared;
  } finally {
    await Promise.all([...workers.map((worker) => worker.terminate()), remove()]);
  }
}

/** @throws the thread's error; Error where it ends without an answer */
async function answerOf(worker: Worker): Promise<TaskComparisons> {
  const settled = new AbortController();
  const { signal } = settled;
  try {
    const answered = once(worker, 'message', { signal }).then(([answer]: TaskComparisons[]) => answer);
    // An error in the thread rejects either of them.
    const ended = once(worker, 'exit', { signal }).then(() => undefined);
    const answer = await Promise.race([answered, ended]);
    if (answer === undefined) throw new Error('a thread that compares methods ended without an answer');
    return answer;
  } finally {
    settled.abort();
  }
}

function predictionsIn({ methods, sets }: TaskScores): number {
  const runs = methods.reduce((sum, method) => sum + method.runs.length, 0);
  return runs * sets.reduce((sum, { labels }) => sum + labels.length, 0);
}

/** Columns of a correlation are three a run, and hold no counts that could be added up together. */
const CORRELATION = 10;

function workOf(task: TaskScores | undefined): number {
  if (task === undefined) return 0;
  return predictionsIn(task) * (task.measure === 'pearson' || task.measure === 'spearman' ? CORRELATION : 1);
}
