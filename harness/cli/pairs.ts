// Options of the command line that are pairs, key=value.
import { InputError } from '../contracts/input-error.ts';
import { shown } from '../contracts/validate.ts';

/**
 * `r=32` and `targets=["q","v"]` as an object: a value is JSON where it is JSON, else a text.
 * @param flag for messages
 * @throws InputError for what is no pair, or a key that is given twice
 */
export function parsePairs(flag: string, pairs: readonly string[]): Record<string, unknown> {
  const values = new Map<string, unknown>();
  for (const pair of pairs) {
    const separator = pair.indexOf('=');
    if (separator < 1) throw new InputError(`${flag}: ${shown(pair)}; expected key=value`);
    const key = pair.slice(0, separator);
    if (values.has(key)) throw new InputError(`${flag}: ${key}: is given twice; expected it once`);
    values.set(key, parsed(pair.slice(separator + 1)));
  }
  return Object.fromEntries(values);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return text;
    throw error;
  }
}
