// What every command is given: where to write, what to call, when to stop; and how flags are read.
import { availableParallelism } from 'node:os';
import { InputError } from '../contracts/input-error.ts';
import { shown } from '../contracts/validate.ts';
import type { Services, Sources } from './services.ts';

export interface Cli {
  /** The result, and nothing else. */
  readonly stdout: { write(text: string): unknown };
  /** Progress and messages. */
  readonly stderr: NodeJS.WriteStream;
  readonly services: Services;
  /** Aborts when the user asks to stop. */
  readonly signal: AbortSignal;
}

/** The exit codes of commands that ended. */
export const EXIT = { done: 0, failed: 1, badInput: 2, interrupted: 130 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** One JSON document. */
export function writeJson(cli: Cli, value: unknown): void {
  cli.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export interface SourceFlags {
  readonly data?: readonly string[];
  readonly models?: string;
}

/** Data folders given by flags come before the data that comes with the project. */
export async function sourcesOf(flags: SourceFlags, services: Services): Promise<Sources> {
  return { dataRoots: [...(flags.data ?? []), await services.embeddedDataRoot()], modelsDir: flags.models };
}

export interface WorkFlags {
  readonly jobs?: string;
  readonly threads?: string;
}

/** Runs at once, and threads of each: by default the cores are shared among the runs. */
export function workOf(flags: WorkFlags): { jobs: number; threads: number } {
  const jobs = countFlag('--jobs', flags.jobs) ?? 1;
  return { jobs, threads: countFlag('--threads', flags.threads) ?? Math.max(1, Math.floor(availableParallelism() / jobs)) };
}

function countFlag(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InputError(`${name}: ${shown(text)}; expected an integer from 1`);
  return Number(text);
}
