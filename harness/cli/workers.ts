// Executes runs, each in a process of its own.
import type { RunConfig } from '../contracts/run-config.ts';
import { bundle } from './bundle-worker.ts';
import { runInChild, type Watcher } from './child-process.ts';
import type { Executed, RunProgress } from './execute-run.ts';
import type { RunContext } from './services.ts';

/** What a run's process is asked to do. */
export interface Job {
  readonly config: RunConfig;
  readonly context: RunContext;
}

export interface Workers {
  /**
   * Executes one run.
   * @throws WorkerDied if its process ended without a result; InputError for bad input; Interrupted once `signal` aborts
   */
  execute(job: Job, watcher: Watcher<RunProgress>, signal: AbortSignal): Promise<Executed>;
  close(): Promise<void>;
}

/** Bundles the worker once, as starting from sources would cost each process about a second and 70 MB. */
export async function startWorkers(): Promise<Workers> {
  const worker = await bundle('worker.ts');
  return {
    execute: (job, watcher, signal) => runInChild(worker.entry, job, watcher, signal),
    close: worker.remove,
  };
}
