// Runs mutations through a process of readers, and tells which mutation broke which promise.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import type { Request } from './child.ts';
import { type Mutation, mutationOf } from './mutations.ts';
import { type Outcome, TIME_LIMIT_MS, type Violation } from './outcome.ts';
import type { Target } from './targets.ts';

export interface Finding {
  readonly target: string;
  readonly seed: number;
  /** fast-check's path to the mutation. */
  readonly path: string;
  readonly mutation: Mutation;
  readonly violation: Violation;
}

export interface TargetReport {
  readonly target: string;
  readonly right: number;
  readonly refused: number;
  readonly findings: readonly Finding[];
}

export interface Plan {
  readonly seed: number;
  readonly runs: number;
  /** Begins at the mutation of this path. */
  readonly path?: string;
}

/** @throws Error where the target's own files, undamaged, are not read */
export async function fuzz(target: Target, { seed, runs, path }: Plan, readers: Readers): Promise<TargetReport> {
  const whole = await readers.read({ target: target.name });
  if (whole.kind !== 'right') throw new Error(`${target.name}: the files themselves: ${whole.kind}: ${whole.message}`);
  let [index, right, refused] = [path === undefined ? 0 : Number(path), 0, 0];
  const findings: Finding[] = [];
  const property = fc.asyncProperty(mutationOf(target.seeds), async (mutation) => {
    const outcome = await readers.read({ target: target.name, mutation });
    if (outcome.kind === 'right') right++;
    else if (outcome.kind === 'refused') refused++;
    else findings.push({ target: target.name, seed, path: String(index), mutation, violation: outcome });
    index++;
  });
  // Of its own, lest all targets are damaged in the same places.
  const own = (seed + crc32(target.name)) | 0;
  await fc.assert(property, { seed: own, numRuns: runs, ...(path !== undefined && { path }) });
  return { target: target.name, right, refused, findings };
}

/** Longer than a reader may take, as the machine may be busy: what a process measures of itself decides up to here. */
const PATIENCE_MS = 3 * TIME_LIMIT_MS;
/** Enough for every reader, so that what is too much is soon seen. */
const HEAP_MB = 1024;

/** The process in which readers run, started again whenever it has died or broken a promise. */
export class Readers {
  private readonly folder = mkdtempSync(join(tmpdir(), 'peftbench-fuzz-'));
  private running: Running | undefined;

  async read(request: Omit<Request, 'folder'>): Promise<Outcome> {
    this.running ??= await start();
    const outcome = await answerOf(this.running, { ...request, folder: this.folder });
    if (outcome.kind === 'violation') await this.stop();
    return outcome;
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async stop(): Promise<void> {
    const child = this.running?.child;
    this.running = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}

interface Running {
  readonly child: ChildProcess;
  /** What it has printed last, for messages. */
  errors(): string;
}

async function start(): Promise<Running> {
  const child = fork(fileURLToPath(new URL('child.ts', import.meta.url)), {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    execArgv: ['--import', 'tsx', '--expose-gc', `--max-old-space-size=${HEAP_MB}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-2000);
  });
  const errors = () => text.replaceAll(/\s+/g, ' ').slice(0, 300);
  return new Promise((resolve, reject) => {
    const onClose = () => reject(new Error(`the process of readers did not start: ${errors()}`));
    child.once('close', onClose);
    child.once('message', () => {
      child.off('close', onClose);
      resolve({ child, errors });
    });
  });
}

function answerOf({ child, errors }: Running, request: Request): Promise<Outcome> {
  return new Promise((resolve) => {
    const settle = (outcome: Outcome): void => {
      clearTimeout(timer);
      child.off('message', settle);
      child.off('close', onClose);
      resolve(outcome);
    };
    const onClose = (code: number | null, signal: string | null): void =>
      settle({ kind: 'violation', broken: 'crash', message: `${signal ?? `exit code ${code}`}: ${errors()}` });
    const timer = setTimeout(
      () => settle({ kind: 'violation', broken: 'time', message: `no answer in ${PATIENCE_MS} ms` }),
      PATIENCE_MS,
    );
    child.on('message', settle);
    child.on('close', onClose);
    child.send(request);
  });
}
