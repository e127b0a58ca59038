// What became of a reader that was given a damaged file.
import { InputError } from '../../harness/contracts/input-error.ts';

export type Outcome = { readonly kind: 'right' } | { readonly kind: 'refused'; readonly message: string } | Violation;

export interface Violation {
  readonly kind: 'violation';
  /** The promise that was broken. */
  readonly broken: 'error' | 'message' | 'answer' | 'memory' | 'time' | 'crash';
  readonly message: string;
}

export const TIME_LIMIT_MS = 5000;

/** Bytes that reading files of so many bytes may take. */
export const memoryLimit = (fileBytes: number): number => 2 * fileBytes + 64e6;

/** Most characters of a message, long paths included. */
const LONGEST_MESSAGE = 2000;
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

/** @param folder that the message must name, alone or as part of a file's path */
export function outcomeOf(error: unknown, folder: string): Outcome {
  if (!(error instanceof Error)) return violation('error', `threw ${typeof error}`);
  if (!(error instanceof InputError)) {
    const place = error.stack?.split('\n').find((line) => /\/(harness|datasets|methods|test\/fuzz)\//.test(line)) ?? '';
    const what = `${error.name}: ${error.message.slice(0, 300)} ${place.trim()}`;
    return violation(error.name === 'WrongAnswer' ? 'answer' : 'error', what);
  }
  const { faults, message } = error;
  if (faults.length > MOST_FAULTS) return violation('message', `${faults.length} faults`);
  const unclear = faults
    .filter((fault) => !/^\.\.\. and \d+ more$/.test(fault))
    .map((fault) => unclearness(fault, folder));
  return unclear.find((each) => each !== undefined) ?? { kind: 'refused', message };
}

const MOST_FAULTS = 100;

function unclearness(fault: string, folder: string): Violation | undefined {
  if (fault.length > LONGEST_MESSAGE) return violation('message', `${fault.length} characters: ${fault.slice(0, 300)}`);
  if (CONTROL.test(fault)) return violation('message', `not one clear line: ${JSON.stringify(fault)}`);
  return fault.includes(folder) ? undefined : violation('message', `names no file: ${fault}`);
}

function violation(broken: Violation['broken'], message: string): Violation {
  return { kind: 'violation', broken, message };
}
