// How surely an accuracy is known on so many examples: its standard error, overall, of each set and of groups of sets.
import type { Overall, SetGroups } from '../metrics/over-sets.ts';

/** The answers of a set, as whether each is right. */
export interface Answered {
  readonly name: string;
  readonly right: readonly boolean[];
}

/**
 * Of a share p of n examples, sqrt(p (1 - p) / (n - 1)): the sample deviation of 0s and 1s over sqrt(n), as
 * lm-evaluation-harness has it. Null of fewer than two examples, which have none.
 */
export function shareError(right: readonly boolean[]): number | null {
  const n = right.length;
  if (n < 2) return null;
  const share = right.filter(Boolean).length / n;
  return Math.sqrt((share * (1 - share)) / (n - 1));
}

/** By the names that `metricOverSets` gives an accuracy: of the mean of k sets, whose errors have nothing in common, sqrt(sum of squares) / k. */
export function accuracyErrors(
  metric: string,
  sets: readonly Answered[],
  overall: Overall = 'first',
  groups: SetGroups = {},
): Record<string, number | null> {
  const over = (some: readonly Answered[]) =>
    overall === 'pooled' ? shareError(some.flatMap(({ right }) => right)) : meanError(some);
  const ofGroup = (names: readonly string[]) => over(sets.filter(({ name }) => names.includes(name)));
  const own = overall === 'first' ? sets.slice(1) : sets;
  return Object.fromEntries([
    [metric, over(overall === 'first' ? sets.slice(0, 1) : sets)],
    ...Object.entries(groups).map(([group, names]) => [`${group}/${metric}`, ofGroup(names)] as const),
    ...own.map(({ name, right }) => [`${name}/${metric}`, shareError(right)] as const),
  ]);
}

function meanError(sets: readonly Answered[]): number | null {
  let squares = 0;
  for (const { right } of sets) {
    const error = shareError(right);
    if (error === null) return null;
    squares += error ** 2;
  }
  return sets.length === 0 ? null : Math.sqrt(squares) / sets.length;
}
