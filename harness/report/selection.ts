// Which weights a row's figures are of, in words, where they are not the last.
import type { CompletedRecord } from '../records/schema.ts';
import { thousands } from '../contracts/words.ts';

/** `evaluated with the weights that were best on 64 training examples held out: step 40 of 80, of 8 scored (seed 0), ...`; null for the last. */
export function selectionNote(completed: readonly CompletedRecord[]): string | null {
  const selected = completed.flatMap(({ seed, selection, losses }) =>
    selection === undefined ? [] : [{ ...selection, seed, steps: losses.length }],
  );
  const [first] = selected;
  if (first === undefined) return null;
  const steps = selected.map(
    ({ seed, step, steps, scores }) =>
      `step ${thousands(step)} of ${thousands(steps)}, of ${scores.length} scored (seed ${seed})`,
  );
  return `evaluated with the weights that were best on ${thousands(first.examples)} training examples held out: ${steps.join(', ')}`;
}
