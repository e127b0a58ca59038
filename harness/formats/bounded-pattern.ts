// A regular expression from a file, which may backtrack for ever: it is given a second a text.
import { createContext, Script } from 'node:vm';

export interface Pattern {
  test(text: string): boolean;
  exec(text: string): RegExpExecArray | null;
}

const MILLISECONDS = 1000;
const match = new Script('pattern.exec(text)');

/** @param tooSlow makes the error of a text that takes too long */
export function boundedPattern(pattern: RegExp, tooSlow: () => Error): Pattern {
  const given = { pattern, text: '' };
  const context = createContext(given);
  const exec = (text: string): RegExpExecArray | null => {
    given.text = text;
    try {
      return match.runInContext(context, { timeout: MILLISECONDS });
    } catch (error) {
      // Made in the script's own context, it is no Error of this one.
      const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
      throw code === 'ERR_SCRIPT_EXECUTION_TIMEOUT' ? tooSlow() : error;
    }
  };
  return { exec, test: (text) => exec(text) !== null };
}
