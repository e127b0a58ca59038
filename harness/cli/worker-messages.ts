// What a worker's process and its parent say to each other.
import type { RunConfig } from '../contracts/run-config.ts';
import type { Executed, RunProgress } from './execute-run.ts';
import type { RunContext } from './services.ts';

export interface Job {
  readonly config: RunConfig;
  readonly context: RunContext;
}

export type WorkerMessage =
  | { readonly kind: 'progress'; readonly progress: RunProgress }
  | { readonly kind: 'done'; readonly executed: Executed }
  /** An error that is no failure of training: bad input, or a defect. */
  | { readonly kind: 'error'; readonly message: string; readonly badInput: boolean };
