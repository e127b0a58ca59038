// How many seeds would decide what is undecided, if the differences that are seen are the true ones.
import { POWER, powerOf } from '../stats/power.ts';
import { scaled } from '../stats/resolution.ts';
import { degreesOfFreedom } from '../stats/variance-shares.ts';
import type { Inequality } from './contrast.ts';
import { LEVEL, type Tests } from './tests.ts';

export interface Decision {
  /** In all; null where no number of seeds would do with as many examples, or more than are counted. */
  readonly seeds: number | null;
  /** Whether it is the examples that are too few. */
  readonly tooFewExamples: boolean;
  /** Which verdict it would be; null where the differences lie on the thresholds. */
  readonly towards: 'supported' | 'contradicted' | null;
}

/** More are not asked for. */
export const MOST_SEEDS = 10_000;

/**
 * The fewest seeds at which one denial, or all that is needed, would be shown with 80 % power. Of several inequalities each
 * gets its part of the remaining 20 % (Boole), so that all of them together have 80 %.
 */
export function seedsToDecide({ needs, denials, level }: Pick<Tests, 'needs' | 'denials' | 'level'>): Decision {
  const isSeen = (group: readonly Inequality[]) => group.every(({ contrast, above }) => contrast.estimate > above);
  const forAll = (group: readonly Inequality[], at: number) =>
    Math.max(...group.map((inequality) => seedsToShow(inequality, at, 1 - (1 - POWER) / group.length)));
  // Where a denial is seen, more seeds would show it, whatever else holds.
  const refuting = denials.filter(isSeen);
  if (refuting.length === 0 && !isSeen(needs)) return { seeds: null, tooFewExamples: false, towards: null };
  const towards = refuting.length > 0 ? 'contradicted' : 'supported';
  const seeds =
    towards === 'contradicted'
      ? Math.min(...refuting.map((group) => forAll(group, LEVEL / denials.length)))
      : forAll(needs, level);
  return { seeds: seeds > MOST_SEEDS ? null : seeds, tooFewExamples: seeds === Number.POSITIVE_INFINITY, towards };
}

/**
 * The fewest seeds that show an inequality at a one-sided level with the power; Infinity where the examples' own error, which
 * no seeds take away, is too large, and one more than the most where there are more.
 */
function seedsToShow({ contrast, above }: Inequality, level: number, power: number): number {
  const { shares, examplesFreedom, seeds, estimate } = contrast;
  const distance = estimate - above;
  const isShown = (n: number): boolean => {
    const would = scaled(shares, seeds / n, 1);
    const error = Math.sqrt(would.seeds + would.examples + would.together);
    return error === 0 || powerOf(distance / error, degreesOfFreedom(would, n, examplesFreedom), 2 * level) >= power;
  };
  if (!isShown(MOST_SEEDS)) {
    const least = Math.sqrt(shares.examples);
    const isPossible = least === 0 || powerOf(distance / least, examplesFreedom, 2 * level) >= power;
    return isPossible ? MOST_SEEDS + 1 : Number.POSITIVE_INFINITY;
  }
  let [tooFew, enough] = [1, MOST_SEEDS];
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (isShown(middle)) enough = middle;
    else tooFew = middle;
  }
  return enough;
}
