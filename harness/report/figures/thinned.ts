// Fewer points of a long curve, without its peaks being lost.

/** Stretches of a long curve, each with its least and its greatest value. */
export const STRETCHES = 100;

/**
 * Places that are kept, rising: all of a short curve, else the first, the last, and of each of equal stretches those of the
 * least and the greatest value.
 */
export function thinned(values: readonly number[]): number[] {
  if (values.length <= 2 * STRETCHES) return values.map((_, i) => i);
  const kept = new Set([0, values.length - 1]);
  for (let stretch = 0; stretch < STRETCHES; stretch++) {
    const from = Math.floor((stretch * values.length) / STRETCHES);
    const to = Math.floor(((stretch + 1) * values.length) / STRETCHES);
    let [least, greatest] = [from, from];
    for (let i = from + 1; i < to; i++) {
      if (at(values, i) < at(values, least)) least = i;
      if (at(values, i) > at(values, greatest)) greatest = i;
    }
    kept.add(least).add(greatest);
  }
  return [...kept].sort((a, b) => a - b);
}

const at = (values: readonly number[], i: number): number => values[i] ?? Number.NaN;
