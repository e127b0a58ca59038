// How many seeds would decide what is undecided, if the differences that are seen are the true ones.
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import { tQuantile } from '../stats/t-distribution.ts';
import type { Inequality } from './contrast.ts';
import type { Tests } from './judge.ts';

export interface Decision {
  /** In all; null where no number of seeds would do with as many examples. */
  readonly seeds: number | null;
  /** Which verdict it would be; null where the differences lie on the thresholds. */
  readonly towards: 'supported' | 'contradicted' | null;
}

export const POWER = 0.8;
/** More are not asked for. */
export const MOST_SEEDS = 10_000;

/** The fewest seeds at which all that is needed, or one denial, would be shown with 80 % power. */
export function seedsToDecide({ needs, denials, level }: Pick<Tests, 'needs' | 'denials' | 'level'>): Decision {
  const reachable = (group: readonly Inequality[]) => group.every(({ contrast, above }) => contrast.estimate > above);
  const most = (group: readonly Inequality[], at: number) =>
    Math.max(...group.map((inequality) => seedsToShow(inequality, at)));
  const towards = reachable(needs) ? 'supported' : denials.some(reachable) ? 'contradicted' : null;
  if (towards === null) return { seeds: null, towards };
  const seeds =
    towards === 'supported'
      ? most(needs, level)
      : Math.min(...denials.filter(reachable).map((group) => most(group, DENIAL_LEVEL / denials.length)));
  return { seeds: seeds > MOST_SEEDS ? null : seeds, towards };
}

const DENIAL_LEVEL = 0.025;

/** The fewest seeds with (t_level + z_power)² (seeds' variance / n + examples' variance) <= distance²; Infinity where none. */
function seedsToShow({ contrast, above }: Inequality, level: number): number {
  const { variance, seeds, estimate } = contrast;
  const distance = estimate - above;
  const isShown = (n: number) => {
    const error = Math.sqrt((variance.ofSeeds * seeds) / n + variance.ofExamples);
    return distance >= (tQuantile(1 - level, n - 1) + normalQuantile(POWER, 0, 1)) * error;
  };
  let [low, high] = [2, 2];
  while (!isShown(high)) {
    if (high > MOST_SEEDS) return Number.POSITIVE_INFINITY;
    [low, high] = [high, 2 * high];
  }
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isShown(middle)) high = middle;
    else low = middle;
  }
  return isShown(low) ? low : high;
}
