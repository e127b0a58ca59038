// What a comparison could have shown, and what it would take to show what was seen (Card et al., 2020; Miller, 2024).
import type { Resolution, VarianceShares } from './comparison.ts';
import { noncentralityOfPower, POWER, powerOf } from './power.ts';
import { type Figure, figure, missing } from './summary.ts';
import { degreesOfFreedom } from './variance-shares.ts';

/** More seeds or examples than that are not counted. */
const MOST = 10_000_000;

export interface Design {
  readonly seeds: number;
  readonly examples: number;
  /** Evaluation sets, each of which costs a degree of freedom. */
  readonly sets: number;
}

/**
 * By the t test over seeds and examples, with 80 % power. Of another number of seeds or examples, the shares of the variance
 * are those seen, each divided as it falls.
 * @param shares of the design's seeds and examples, not all 0
 */
export function resolutionOf(effect: number, shares: VarianceShares, design: Design): Resolution {
  const { seeds, examples, sets } = design;
  const errorOf = ({ seeds: s, examples: e, together }: VarianceShares) => Math.sqrt(s + e + together);
  const shows = (s: number, e: number): boolean => {
    const would = scaled(shares, seeds / s, examples / e);
    const error = errorOf(would);
    return error === 0 || powerOf(Math.abs(effect) / error, degreesOfFreedom(would, s, e - sets)) >= POWER;
  };
  return {
    smallest: noncentralityOfPower(degreesOfFreedom(shares, seeds, examples - sets)) * errorOf(shares),
    seeds: needed(effect, 2, seeds, (count) => shows(count, examples), 'examples', 'seeds'),
    examples: needed(effect, sets + 1, examples, (count) => shows(seeds, count), 'seeds', 'examples'),
  };
}

/** Of other numbers of seeds and examples: each share divided as it falls. */
export function scaled(
  { seeds, examples, together }: VarianceShares,
  bySeeds: number,
  byExamples: number,
): VarianceShares {
  return { seeds: seeds * bySeeds, examples: examples * byExamples, together: together * bySeeds * byExamples };
}

/** The smallest count that shows the effect, `least` or more: found by doubling, then by halving. */
function needed(
  effect: number,
  least: number,
  present: number,
  shows: (count: number) => boolean,
  kept: string,
  wanted: string,
): Figure {
  if (effect === 0) return missing('no difference was seen');
  let enough = Math.max(least, present);
  while (!shows(enough)) {
    if (enough >= MOST) return missing(`with these ${kept} no number of ${wanted} shows the difference that was seen`);
    enough *= 2;
  }
  let tooFew = least - 1;
  while (enough - tooFew > 1) {
    const middle = Math.floor((tooFew + enough) / 2);
    if (shows(middle)) enough = middle;
    else tooFew = middle;
  }
  return figure(enough);
}
