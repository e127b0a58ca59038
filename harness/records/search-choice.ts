// What a search chooses by: said once for who chooses, and for who checks a record's choice.
import type { RunRecord } from './schema.ts';

/** The primary metric; null where a run did not complete or its metric is undefined. */
export function primaryValue(record: RunRecord): number | null {
  return record.status === 'completed' ? record.metrics.primary.value : null;
}

/** The trial with the highest primary metric, of equals that of the smaller rate; undefined where none has a score. */
export function bestTrial<Trial extends { readonly learningRate: number; readonly value: number | null }>(
  trials: readonly Trial[],
): Trial | undefined {
  const scored = trials.filter(({ value }) => value !== null);
  return scored.toSorted((a, b) => Number(b.value) - Number(a.value) || a.learningRate - b.learningRate)[0];
}
