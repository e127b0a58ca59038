// Equivalence within a margin by two one-sided tests (Schuirmann, 1987): so that "comparable" is affirmed, not only not denied.
import type { PairComparison } from './comparison.ts';
import { isShown } from './level.ts';
import { type Known, known, missing } from './summary.ts';
import { upperTail } from './t-distribution.ts';

export interface Equivalence {
  readonly margin: number;
  /** Of the hypothesis that the true difference is at the margin or beyond: the larger of both sides. */
  readonly p: number;
  /** Whether p is at most 0.05: the 90 % interval of the difference lies within the margin. */
  readonly equivalent: boolean;
}

/**
 * By the standard error and the degrees of freedom of the difference over seeds and examples.
 * @param margin above 0, in the metric's unit
 * @throws RangeError for another margin: a defect of the caller
 */
export function equivalenceWithin({ effect, overBoth }: PairComparison, margin: number): Known<Equivalence> {
  if (!(margin > 0)) throw new RangeError(`the margin ${margin} is not above 0`);
  if (effect.value === null) return missing(effect.reason);
  if (overBoth.value === null) return missing(overBoth.reason);
  const { standardError, degreesOfFreedom } = overBoth.value;
  const nearest = margin - Math.abs(effect.value);
  const p = upperTail(nearest / standardError, degreesOfFreedom);
  return known({ margin, p, equivalent: isShown(p) });
}
