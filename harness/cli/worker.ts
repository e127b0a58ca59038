// The entry of a worker's process: one run, its job and its outcome over the channel to the parent.
import { InputError } from '../contracts/input-error.ts';
import { executeRun } from './execute-run.ts';
import type { Job, WorkerMessage } from './worker-messages.ts';

process.once('message', (job: Job) => {
  void work(job).then(async (outcome) => {
    await send(outcome);
    process.disconnect();
  });
});
// Without a parent nobody would write the record.
process.once('disconnect', () => process.exit());

async function work({ config, context }: Job): Promise<WorkerMessage> {
  try {
    const onProgress = (progress: Extract<WorkerMessage, { kind: 'progress' }>['progress']): void => {
      void send({ kind: 'progress', progress });
    };
    return { kind: 'done', executed: await executeRun(config, { ...context, onProgress }) };
  } catch (error) {
    if (!(error instanceof InputError)) console.error(error);
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'error', message, badInput: error instanceof InputError };
  }
}

function send(message: WorkerMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, (error: Error | null) => (error === null ? resolve() : reject(error)));
  });
}
