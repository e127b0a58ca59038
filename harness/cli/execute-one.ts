// One run from job to record: executed in a process of its own, its failure recorded, its record written.
import type { RunConfig } from '../contracts/run-config.ts';
import type { RunRecord } from '../records/schema.ts';
import { writeRecord } from '../records/store.ts';
import type { Progress } from './progress.ts';
import type { RunContext, Services } from './services.ts';
import { Interrupted, WorkerDied, type Workers } from './workers.ts';

/** What executing needs beside the run itself. */
export interface Workshop {
  readonly services: Services;
  readonly workers: Workers;
  readonly progress: Progress;
  /** The folder that records are written to. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/**
 * Executes a run and writes its record, also where its process died.
 * @throws Interrupted once the signal aborts (nothing is written); InputError for bad input
 */
export async function executeOne(config: RunConfig, context: RunContext, workshop: Workshop): Promise<RunRecord> {
  const { services, workers, progress, folder, signal } = workshop;
  if (signal.aborted) throw new Interrupted('interrupted');
  const bar = progress.begin(config);
  const start = performance.now();
  try {
    const watcher = {
      onProgress: bar.update,
      onOutput: (line: string): void => progress.log(line),
    };
    const { record, predictions } = await workers.execute({ config, context }, watcher, signal);
    writeRecord(folder, record, predictions);
    bar.end(record, (performance.now() - start) / 1000);
    return record;
  } catch (error) {
    if (!(error instanceof WorkerDied)) {
      bar.cancel();
      throw error;
    }
    const record = await services.failedRecord(config, context, error.message);
    writeRecord(folder, record, []);
    bar.end(record, (performance.now() - start) / 1000);
    return record;
  }
}

/**
 * Awaits all, and stops the others at the first error, which is then thrown.
 * @param stop asks the others to end early
 */
export async function allOrStop<T>(tasks: readonly Promise<T>[], stop: () => void): Promise<T[]> {
  const guarded = tasks.map((task) =>
    task.catch((error: unknown) => {
      stop();
      throw error;
    }),
  );
  const outcomes = await Promise.allSettled(guarded);
  const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  // What was stopped because of another error says nothing of that error.
  const telling = errors.find((error) => !(error instanceof Interrupted)) ?? errors[0];
  if (telling !== undefined) throw telling;
  return outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
}

/** Whether a record is a result that the same run would give again; a crash may not recur. */
export function isSettled(record: RunRecord): boolean {
  return record.status !== 'failed';
}
