// Executes runs, each in a process of its own.
import type { RunConfig } from '../contracts/run-config.ts';
import { bundle } from './bundle-worker.ts';
import { runInChild, type Watcher } from './child-process.ts';
import type { Executed, RunProgress } from './execute-run.ts';
import { codeVersion } from './code-version.ts';
import type { Code, RunContext } from './run-context.ts';

/** What a run's process is asked to do. */
export interface Job {
  readonly config: RunConfig;
  readonly context: RunContext;
}

export interface Workers {
  /** The code that executes a method's runs, as it was when the workers were made. */
  codeOf(method: string): Code;
  /**
   * Executes one run.
   * @throws WorkerDied if its process ended without a result; InputError for bad input; Interrupted once `signal` aborts
   */
  execute(job: Job, watcher: Watcher<RunProgress>, signal: AbortSignal): Promise<Executed>;
  close(): Promise<void>;
}

/** Bundles the worker once, as starting from sources would cost each process about a second and 70 MB. */
export async function startWorkers(): Promise<Workers> {
  const version = codeVersion();
  const worker = await bundle('worker.ts');
  const { sources } = worker;
  return {
    codeOf: (method) => ({ ...version, sourcesSha256: sources.sha256, methodSha256: sources.ofMethod(method) }),
    execute: (job, watcher, signal) => runInChild(worker.entry, job, watcher, signal),
    close: worker.remove,
  };
}
