// A difference between two rows on one model and task, with what is known of its error: what claims are judged by.
import type { VarianceShares } from '../stats/comparison.ts';
import { upperTail } from '../stats/t-distribution.ts';

export interface Contrast {
  /** `lora - full, glue/stsb (minilm-l6)` */
  readonly what: string;
  /** Of the metric itself, or of the logarithm of a ratio of costs. */
  readonly scale: 'difference' | 'log ratio';
  /** Whether it was turned round, so that words can turn it back. */
  readonly turned: boolean;
  /** First less second. */
  readonly estimate: number;
  /** Of the estimate; 0 where nothing varies by construction, as with counts. */
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  /** Seeds that both have. */
  readonly seeds: number;
  /** Of the squared error, with so many seeds. */
  readonly shares: VarianceShares;
  /** Degrees of freedom of what examples do; infinite where they have no part. */
  readonly examplesFreedom: number;
  /** Ids of the records that it rests on. */
  readonly runs: readonly string[];
}

/** That a contrast lies above a threshold. */
export interface Inequality {
  readonly contrast: Contrast;
  readonly above: number;
  /** Whether the threshold itself will do: it is met by what has no error alone. */
  readonly orEqual?: boolean;
}

export const exceeds = (contrast: Contrast, above: number): Inequality => ({ contrast, above });

/** The same difference the other way round. */
export function negated(contrast: Contrast): Contrast {
  return { ...contrast, estimate: -contrast.estimate, turned: !contrast.turned };
}

/** That it lies below a threshold. */
export const isBelow = (contrast: Contrast, below: number): Inequality => exceeds(negated(contrast), -below);

/**
 * The one-sided p value against the inequality's opposite: t = (estimate - threshold) / error, Student's with the
 * contrast's degrees of freedom. Without an error it is 0 or 1.
 */
export function pOf({ contrast, above, orEqual = false }: Inequality): number {
  const { estimate, standardError, degreesOfFreedom } = contrast;
  const distance = estimate - above;
  if (standardError === 0) return distance > 0 || (orEqual && distance === 0) ? 0 : 1;
  return upperTail(distance / standardError, degreesOfFreedom);
}
