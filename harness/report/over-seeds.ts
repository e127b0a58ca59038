// The spread of a figure over a method's seeds.
import type { CompletedRecord } from '../records/schema.ts';
import { type Figure, missing, sampleDeviation } from '../stats/summary.ts';

/** Of runs that train nothing seeds do not differ by construction: a deviation of 0 would look like a result. */
export function deviationOf(completed: readonly CompletedRecord[], values: readonly number[]): Figure {
  const nothing = completed.length > 0 && completed.every(({ trained }) => trained.steps === 0);
  return nothing ? missing('nothing is trained, and seeds cannot differ') : sampleDeviation(values);
}
