// Options that several commands share, and what they mean.
import { availableParallelism } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { BACKENDS } from '../tensor/backend-names.ts';
import { DEVICES } from '../tensor/device-names.ts';
import type { Sources } from './run-context.ts';
import type { Services } from './services.ts';

export interface SourceOptions {
  readonly data?: string;
  readonly models?: string;
}

export function addSourceOptions(command: Command): Command {
  return command.addOption(dataOption()).addOption(modelsOption());
}

/** `--data`; where it is absent, the environment's `PEFTBENCH_DATA`. */
export function dataOption(): Option {
  return new Option('--data <dir>', 'folder with data, looked into before what comes with the project')
    .env('PEFTBENCH_DATA')
    .argParser(nonEmptyPath);
}

function modelsOption(): Option {
  return new Option('--models <dir>', 'folder with models, by name').env('PEFTBENCH_MODELS').argParser(nonEmptyPath);
}

export async function sourcesOf({ data, models }: SourceOptions, services: Services): Promise<Sources> {
  const embedded = await services.embeddedDataRoot();
  return { dataRoots: data === undefined ? [embedded] : [data, embedded], modelsDir: models };
}

/** `--backend`, one of those that there are. */
export function backendOption(): Option {
  return new Option('--backend <name>', 'what computes').choices(BACKENDS);
}

/** `--device`; where it is absent a backend takes its own. */
export function deviceOption(): Option {
  return new Option('--device <name>', 'what the backend computes on').choices(DEVICES);
}

/** For commander: a path; an empty one is a variable of the shell, or of the environment, that was not set. */
export function nonEmptyPath(text: string): string {
  if (text !== '') return text;
  throw new InvalidArgumentError('expected a path');
}

/** For commander: a whole number of at least 1. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new InvalidArgumentError('expected a whole number of at least 1');
}

/** For commander: a whole number of at least 0. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('expected a whole number of at least 0');
}

/** Threads of each run where nothing is said. */
export function defaultThreads(jobs: number): number {
  return Math.max(1, Math.floor(availableParallelism() / jobs));
}
