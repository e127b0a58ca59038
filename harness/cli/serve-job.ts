// A child process's side of the channel: one job, its progress and its outcome.
import { InputError } from '../contracts/input-error.ts';
import { NotFinite } from '../contracts/not-finite.ts';
import type { ChildMessage } from './child-process.ts';

/** Waits for the job, works, sends the outcome and ends. */
export function serveJob<Job, Result, Progress>(
  work: (job: Job, onProgress: (progress: Progress) => void) => Promise<Result>,
): void {
  process.once('message', (job: Job) => {
    const onProgress = (progress: Progress): void => void send({ kind: 'progress', progress });
    void outcomeOf(() => work(job, onProgress)).then(async (outcome) => {
      await send(outcome);
      process.disconnect();
    });
  });
  // Without a parent nobody would take the result.
  process.once('disconnect', () => process.exit());
}

async function outcomeOf<Result>(work: () => Promise<Result>): Promise<ChildMessage<Result, never>> {
  try {
    return { kind: 'done', result: await work() };
  } catch (error) {
    // Of a defect, where it happened is to be seen too.
    if (!(error instanceof InputError || error instanceof NotFinite)) console.error(error);
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'error', message, badInput: error instanceof InputError };
  }
}

function send<Result, Progress>(message: ChildMessage<Result, Progress>): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}
