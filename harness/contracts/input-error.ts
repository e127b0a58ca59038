// The one error type for bad input: whoever gave the file, key or value can mend it. The command line prints its
// message as one line and exits with 2; every other error is a defect or a failed run.

/** Bad input. `message` is one line that names the file (or flag), the key, the value and what was expected. */
export class InputError extends Error {
  override readonly name = 'InputError';

  constructor(message: string) {
    super(message.replaceAll(/\s*\n\s*/g, ' '));
  }
}

/** A task's data lie in none of the folders that were given. */
export class MissingData extends InputError {}
