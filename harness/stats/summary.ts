// Summaries of a few numbers. A figure that cannot be given is null with a reason, never 0.

/** A value, or why there is none. */
export type Known<T> = { readonly value: T; readonly reason: null } | Missing;
export interface Missing {
  readonly value: null;
  readonly reason: string;
}

/** A number, or why there is none. */
export type Figure = Known<number>;

export const known = <T>(value: T): Known<T> => ({ value, reason: null });
export const figure = (value: number): Figure => known(value);
export const missing = (reason: string): Missing => ({ value: null, reason });

/** What follows from a value, or why there is none. */
export function mapKnown<From, To>(given: Known<From>, to: (value: From) => To): Known<To> {
  return given.reason === null ? known(to(given.value)) : given;
}

/** The arithmetic mean; missing of no values. */
export function mean(values: readonly number[]): Figure {
  if (values.length === 0) return missing('no values');
  return figure(sum(values) / values.length);
}

/** The sample standard deviation (divisor n - 1); missing of fewer than two values. */
export function sampleDeviation(values: readonly number[]): Figure {
  if (values.length < 2) return missing(values.length === 0 ? 'no values' : 'one value has no deviation');
  const centre = sum(values) / values.length;
  return figure(Math.sqrt(sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1)));
}

/** The middle value, or the mean of the two in the middle; missing of no values. */
export function median(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? missing('no values') : figure((lower + upper) / 2);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
