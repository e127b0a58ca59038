// What a call says of bad input: the one line of its InputError.
import { expect } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';

/** The message of the InputError that `call` ends in; anything else fails the test. */
export async function errorOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    expect(error).toBeInstanceOf(InputError);
    const { message } = error as InputError;
    expect(message).not.toContain('\n');
    return message;
  }
  throw new Error('expected an InputError, but the call succeeded');
}
