// Lets a command be stopped: its child processes end with it, and what was finished stays.
import { constants } from 'node:os';
import { Interrupted } from './child-process.ts';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Does work whose `signal` aborts when the process is asked to stop. Gives the work's exit code, or 128 and the signal's
 * number, as shells have it, where it was interrupted.
 * @param say called where it was, for a word on what is kept
 */
export async function interruptible(
  work: (signal: AbortSignal) => Promise<number>,
  say: () => void = () => {},
): Promise<number> {
  const controller = new AbortController();
  let code = 128 + constants.signals.SIGINT;
  const stop = (signal: NodeJS.Signals) => {
    code = 128 + constants.signals[signal];
    controller.abort();
  };
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    return await work(controller.signal);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    say();
    return code;
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}
