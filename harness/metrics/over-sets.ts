// A metric over several evaluation sets: overall, of each set, and of groups of sets.

/** Over all sets: the first set's alone, the mean of the sets', or that of all their examples together. */
export const OVERALL = ['first', 'mean', 'pooled'] as const;
export type Overall = (typeof OVERALL)[number];

/** Names of sets, by the name of their group. */
export type SetGroups = Readonly<Record<string, readonly string[]>>;

export interface ScoredSet<Item> {
  readonly name: string;
  readonly items: readonly Item[];
}

/** Null where the metric is undefined. */
export type MetricOf<Item> = (items: readonly Item[]) => number | null;

/**
 * `<metric>` overall, `<set>/<metric>` and `<group>/<metric>`, a group's taken as the overall one is (by `first`, as the
 * mean). By `first` the first set has no other name than `<metric>`.
 * @throws RangeError for a group with a set that there is not
 */
export function metricOverSets<Item>(
  metric: string,
  sets: readonly ScoredSet<Item>[],
  of: MetricOf<Item>,
  overall: Overall = 'first',
  groups: SetGroups = {},
): Record<string, number | null> {
  const pooled = (some: readonly ScoredSet<Item>[]) => of(some.flatMap(({ items }) => items));
  const over =
    overall === 'pooled' ? pooled : (some: readonly ScoredSet<Item>[]) => meanOf(some.map((set) => of(set.items)));
  const own = overall === 'first' ? sets.slice(1) : sets;
  return Object.fromEntries([
    [metric, overall === 'first' ? pooled(sets.slice(0, 1)) : over(sets)],
    ...Object.entries(groups).map(([group, names]) => [`${group}/${metric}`, over(named(names, sets, group))]),
    ...own.map((set) => [`${set.name}/${metric}`, of(set.items)]),
  ]);
}

/** Null where any is: a mean over fewer sets is another figure. */
function meanOf(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return values.length === 0 ? null : sum / values.length;
}

function named<Item>(names: readonly string[], sets: readonly ScoredSet<Item>[], group: string): ScoredSet<Item>[] {
  return names.map((name) => {
    const set = sets.find((candidate) => candidate.name === name);
    if (set === undefined) throw new RangeError(`the group ${group} has the set ${name}, which there is not`);
    return set;
  });
}
