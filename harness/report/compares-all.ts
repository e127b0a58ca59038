// Whether letters, and what is set apart as the best, may stand in a table beside all that it shows.
import type { ComparedTask } from '../stats/comparison.ts';

/** Beside a method that has a figure and was not compared, none is known to be better than each other. */
export function comparesAll({ methods }: Pick<ComparedTask, 'methods'>, shown: readonly string[]): boolean {
  return shown.every((label) => methods.some((method) => method.label === label));
}
