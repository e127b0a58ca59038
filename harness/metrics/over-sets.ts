// A share of right answers over several evaluation sets: overall, of each set, and of groups of sets.

/** Over all sets: the first set's alone, the mean of the sets', or that of all their examples together. */
export const OVERALL = ['first', 'mean', 'pooled'] as const;
export type Overall = (typeof OVERALL)[number];

/** Names of sets, by the name of their group. */
export type SetGroups = Readonly<Record<string, readonly string[]>>;

/** Of each example of a set, whether it was answered right. */
export interface SetRightness {
  readonly name: string;
  readonly right: readonly boolean[];
}

export interface SetMetrics {
  /** In [0, 1]; null where there is nothing to score. */
  readonly primary: number | null;
  /**
   * `<metric>` overall, `<set>/<metric>` and `<group>/<metric>`, a group's taken as the overall one is (by `first`, as the
   * mean). By `first` the first set has no other name than `<metric>`.
   */
  readonly all: Readonly<Record<string, number | null>>;
}

/** @throws RangeError for a group with a set that there is not */
export function metricOverSets(
  metric: string,
  sets: readonly SetRightness[],
  overall: Overall = 'first',
  groups: SetGroups = {},
): SetMetrics {
  const over = overall === 'pooled' ? pooled : mean;
  const primary = overall === 'first' ? pooled(sets.slice(0, 1)) : over(sets);
  const own = overall === 'first' ? sets.slice(1) : sets;
  const all = [
    [metric, primary],
    ...Object.entries(groups).map(([group, names]) => [`${group}/${metric}`, over(named(names, sets, group))]),
    ...own.map((set) => [`${set.name}/${metric}`, pooled([set])]),
  ];
  return { primary, all: Object.fromEntries(all) };
}

function pooled(sets: readonly SetRightness[]): number | null {
  const right = sets.flatMap((set) => set.right);
  return right.length === 0 ? null : right.filter(Boolean).length / right.length;
}

/** Null where any set's is: a mean over fewer sets is another figure. */
function mean(sets: readonly SetRightness[]): number | null {
  let sum = 0;
  for (const set of sets) {
    const value = pooled([set]);
    if (value === null) return null;
    sum += value;
  }
  return sets.length === 0 ? null : sum / sets.length;
}

function named(names: readonly string[], sets: readonly SetRightness[], group: string): SetRightness[] {
  return names.map((name) => {
    const set = sets.find((candidate) => candidate.name === name);
    if (set === undefined) throw new RangeError(`the group ${group} has the set ${name}, which there is not`);
    return set;
  });
}
