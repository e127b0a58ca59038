// The one error type for bad input: whoever gave the file, key or value can mend it. The command line prints its
// message as one line and exits with 2; every other error is a defect or a failed run.

/** Bad input. `message` is one line that names the file (or flag), the key, the value and what was expected. */
export class InputError extends Error {
  override readonly name = 'InputError';

  constructor(message: string) {
    super(cut(message.replaceAll(/\s*\n\s*/g, ' ').replaceAll(UNPRINTABLE, escaped)));
  }
}

/** Far above what any message needs; a damaged file may hold a name of megabytes. */
const LONGEST = 2000;

/** The middle goes: the file stands at the beginning, what was expected at the end. */
function cut(message: string): string {
  if (message.length <= LONGEST) return message;
  const half = LONGEST / 2 - 2;
  return `${message.slice(0, half)} .. ${message.slice(-half)}`;
}

/** What a terminal would obey instead of showing it, and what else ends a line. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029]/gu;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A task's data lie in none of the folders that were given. */
export class MissingData extends InputError {}
