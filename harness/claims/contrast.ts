// A difference between two rows on one model and task, with what is known of its error: what claims are judged by.
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
  /** The part of the squared error that falls with the number of seeds, and the part that does not. */
  readonly variance: { readonly ofSeeds: number; readonly ofExamples: number };
  /** Ids of the records that it rests on. */
  readonly runs: readonly string[];
}

/** Of a row with itself. */
export const none = (what: string): Contrast => ({
  what,
  scale: 'difference',
  turned: false,
  estimate: 0,
  standardError: 0,
  degreesOfFreedom: Number.POSITIVE_INFINITY,
  seeds: 0,
  variance: { ofSeeds: 0, ofExamples: 0 },
  runs: [],
});

/** That a contrast lies above a threshold. */
export interface Inequality {
  readonly contrast: Contrast;
  readonly above: number;
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
 * contrast's degrees of freedom. Without an error it is 0, or 1, or 1/2 on the threshold.
 */
export function pOf({ contrast: { estimate, standardError, degreesOfFreedom }, above }: Inequality): number {
  const distance = estimate - above;
  if (standardError === 0) return distance > 0 ? 0 : distance < 0 ? 1 : 0.5;
  return upperTail(distance / standardError, degreesOfFreedom);
}
