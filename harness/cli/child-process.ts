// Does one job in a process of its own: its memory figure is then its own, and a crash of the native runtime ends one job.
import { spawn } from 'node:child_process';
import { InputError } from '../contracts/input-error.ts';
import { ALLOCATOR_SETTINGS } from '../tensor/allocator.ts';

/** What a child says to its parent. */
export type ChildMessage<Result, Progress> =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'done'; readonly result: Result }
  /** An error that is no result: bad input, or a defect. */
  | { readonly kind: 'error'; readonly message: string; readonly badInput: boolean };

/** What happens while a job is under way. */
export interface Watcher<Progress> {
  onProgress(progress: Progress): void;
  /** A line that the process printed. */
  onOutput(line: string): void;
}

/** A job's process ended without a result. The message is one line. */
export class WorkerDied extends Error {
  override readonly name = 'WorkerDied';
}

/** The user asked to stop. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** Little of what a run allocates is JavaScript's: a small space for new objects saves memory and costs no time. */
const NODE_OPTIONS = ['--max-semi-space-size=2'];

/**
 * Sends `job` to a process that runs `entry` (a module that serves a job) and waits for its result.
 * @throws WorkerDied if the process ended without one; InputError for bad input; Interrupted once `signal` aborts
 */
export async function runInChild<Result, Progress>(
  entry: string,
  job: object,
  watcher: Watcher<Progress>,
  signal: AbortSignal,
): Promise<Result> {
  if (signal.aborted) throw new Interrupted('interrupted');
  const child = spawn(process.execPath, [...NODE_OPTIONS, entry], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { ...ALLOCATOR_SETTINGS, ...process.env },
    serialization: 'advanced',
  });
  const stop = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', stop);
  let outcome: Exclude<ChildMessage<Result, Progress>, { kind: 'progress' }> | undefined;
  let lastError = '';
  child.on('message', (message: ChildMessage<Result, Progress>) => {
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
    if (outcome?.kind === 'done') return outcome.result;
    if (outcome?.badInput) throw new InputError(...outcome.message.split('\n'));
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
