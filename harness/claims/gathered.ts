// What of several figures is known, and why the others are not.
import type { Known } from '../stats/summary.ts';

export function gathered<T>(all: readonly Known<T>[]): { readonly found: T[]; readonly gaps: string[] } {
  return {
    found: all.flatMap(({ value }) => (value === null ? [] : [value])),
    gaps: [...new Set(all.flatMap(({ reason }) => reason ?? []))],
  };
}
