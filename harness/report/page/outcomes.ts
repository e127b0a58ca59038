// Predictions as short texts, and back: a letter an example for classes and options, else numbers, those that are not whole
// in six digits.
import { rounded } from './rounded.ts';

/** As many classes or options as there are letters. */
const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';
/** What generated text without an answer counts as. */
const NONE = -1;
const DIGITS = 6;
/** Before each number, and before no letter. */
const GAP = ' ';

/** NaN where the metric has no prediction. */
const isNone = (value: number): boolean => value === NONE || Number.isNaN(value);

function haveLetters(values: readonly number[]): boolean {
  return values.every((value) => isNone(value) || (Number.isInteger(value) && value >= 0 && value < LETTERS.length));
}

/** @param asChoices whether they are classes or options: whole scores are numbers all the same */
export function packOutcomes(values: readonly number[], asChoices: boolean): string {
  if (asChoices && haveLetters(values)) return values.map((value) => (isNone(value) ? '-' : LETTERS[value])).join('');
  return values.map((value) => `${GAP}${rounded(value, DIGITS)}`).join('');
}

/** What {@link packOutcomes} was given, numbers rounded. */
export function unpackOutcomes(text: string): number[] {
  if (!text.startsWith(GAP)) return Array.from(text, (letter) => LETTERS.indexOf(letter));
  return text.slice(GAP.length).split(GAP).map(Number);
}

export type Winner = 'first' | 'second' | 'neither';

/** Which of two predictions is the right one, or of scores the nearer one. */
export function winnerOf(label: number, first: number, second: number, asChoices: boolean): Winner {
  const error = (value: number) => (asChoices ? Number(value !== label) : Math.abs(value - label));
  if (error(first) === error(second)) return 'neither';
  return error(first) < error(second) ? 'first' : 'second';
}
