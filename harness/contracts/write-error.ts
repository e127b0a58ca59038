// What cannot be written, in the words of the operating system, in one line.
import { InputError } from './input-error.ts';

/** Something that was made cannot be put where it belongs. `message` is one line that names the path and what failed. */
export class WriteError extends Error {
  override readonly name = 'WriteError';
}

/** An error of the operating system: no space, no permission, no folder. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string';
}

/** `no space left on device (ENOSPC, write)` */
export function systemReason(error: NodeJS.ErrnoException): string {
  const [, words = error.message] = /^\w+: (.+?), \w+/.exec(error.message) ?? [];
  return `${words} (${error.code}, ${error.syscall})`;
}

/** Does what writes to `path`. @throws WriteError where the system refuses */
export function writing<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new WriteError(`${path}: cannot be written: ${systemReason(error)}`);
  }
}

/** Does what writes before anything else was done: what cannot be written is then bad input. @throws InputError */
export function beforeWork<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof WriteError) throw new InputError(error.message);
    throw error;
  }
}

/** For work whose results are printed even where they cannot be kept. */
export function failureOf(work: () => void): WriteError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof WriteError) return error;
    throw error;
  }
}
