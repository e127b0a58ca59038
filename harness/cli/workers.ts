// Runs each in a process of its own: its memory figure is then its own, and a crash of the native runtime ends one run.
import { spawn } from 'node:child_process';
import { InputError } from '../contracts/input-error.ts';
import { ALLOCATOR_SETTINGS } from '../tensor/allocator.ts';
import { bundleWorker } from './bundle-worker.ts';
import type { Executed, RunProgress } from './execute-run.ts';
import type { Job, WorkerMessage } from './worker-messages.ts';

/** What happens while a run is under way. */
export interface RunWatcher {
  onProgress(progress: RunProgress): void;
  /** A line that the process printed. */
  onOutput(line: string): void;
}

export interface Workers {
  /**
   * Executes one run.
   * @throws WorkerDied if its process ended without a result; InputError for bad input; Interrupted once `signal` aborts
   */
  execute(job: Job, watcher: RunWatcher, signal: AbortSignal): Promise<Executed>;
  close(): Promise<void>;
}

/** A run's process ended without a result. The message is one line. */
export class WorkerDied extends Error {
  override readonly name = 'WorkerDied';
}

/** The user asked to stop. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Bundles the worker once, as starting from sources would cost each process about a second and 70 MB. */
export async function startWorkers(): Promise<Workers> {
  const bundle = await bundleWorker();
  return {
    execute: (job, watcher, signal) => executeInProcess(bundle.entry, job, watcher, signal),
    close: bundle.remove,
  };
}

/** Runs `entry` (a module that speaks {@link WorkerMessage}) in a process of its own. */
export async function executeInProcess(
  entry: string,
  job: Job,
  watcher: RunWatcher,
  signal: AbortSignal,
): Promise<Executed> {
  if (signal.aborted) throw new Interrupted('interrupted');
  const child = spawn(process.execPath, [entry], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...ALLOCATOR_SETTINGS, ...process.env },
    serialization: 'advanced',
  });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  let outcome: Exclude<WorkerMessage, { kind: 'progress' }> | undefined;
  let lastError = '';
  child.on('message', (message: WorkerMessage) => {
    if (message.kind === 'progress') watcher.onProgress(message.progress);
    else outcome = message;
  });
  eachLine(child.stdout, (line) => watcher.onOutput(line));
  eachLine(child.stderr, (line) => {
    lastError = line;
    watcher.onOutput(line);
  });
  try {
    const ended = new Promise<string>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, killer) => resolve(killer === null ? `exit code ${code}` : `signal ${killer}`));
    });
    child.send(job, (error) => {
      if (error !== null) child.kill('SIGKILL');
    });
    const how = await ended;
    if (signal.aborted) throw new Interrupted('interrupted');
    if (outcome?.kind === 'done') return outcome.executed;
    if (outcome?.badInput) throw new InputError(outcome.message);
    if (outcome !== undefined) throw new WorkerDied(oneLine(outcome.message));
    throw new WorkerDied(oneLine(`the run's process ended with ${how}${lastError === '' ? '' : `: ${lastError}`}`));
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Calls `take` with each line that is not blank. */
function eachLine(stream: NodeJS.ReadableStream | null, take: (line: string) => void): void {
  if (stream === null) return;
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') take(line.trimEnd());
  });
  stream.on('end', () => {
    if (rest.trim() !== '') take(rest.trimEnd());
  });
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
