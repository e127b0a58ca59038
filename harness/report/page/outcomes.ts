// Predictions as short texts, and back: a letter an example for classes and options, else numbers in three digits.

/** As many classes or options as there are letters. */
const LETTERS = '0123456789abcdefghijklmnopqrstuvwxyz';
/** What generated text without an answer counts as. */
const NONE = -1;
const DIGITS = 3;

/** NaN where the metric has no prediction. */
const isNone = (value: number): boolean => value === NONE || Number.isNaN(value);

/** Whether a letter tells each of them. */
export function areChoices(values: readonly number[]): boolean {
  return values.every((value) => isNone(value) || (Number.isInteger(value) && value >= 0 && value < LETTERS.length));
}

export function packOutcomes(values: readonly number[], asChoices: boolean): string {
  if (asChoices) return values.map((value) => (isNone(value) ? '-' : LETTERS[value])).join('');
  return values.map((value) => Number(value.toPrecision(DIGITS))).join(' ');
}

/** What {@link packOutcomes} was given, numbers rounded. */
export function unpackOutcomes(text: string, asChoices: boolean): number[] {
  if (asChoices) return Array.from(text, (letter) => LETTERS.indexOf(letter));
  return text === '' ? [] : text.split(' ').map(Number);
}

export type Winner = 'first' | 'second' | 'neither';

/** Which of two predictions is the right one, or of scores the nearer one. */
export function winnerOf(label: number, first: number, second: number, asChoices: boolean): Winner {
  const error = (value: number) => (asChoices ? Number(value !== label) : Math.abs(value - label));
  if (error(first) === error(second)) return 'neither';
  return error(first) < error(second) ? 'first' : 'second';
}
