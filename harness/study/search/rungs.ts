// Successive halving (Jamieson & Talwalkar, 2016): all settings on a few examples, the better ones on more.

export interface Rung {
  /** Settings that are tried. */
  readonly settings: number;
  /** Training examples of each; null for all that there are. */
  readonly limitTrain: number | null;
}

/** One rung: every setting is tried once, on as many examples. */
export function singleRung(settings: number, limitTrain: number | null): Rung[] {
  return [{ settings, limitTrain }];
}

/**
 * One in `eta` settings goes on from each rung to the next, to `eta` times the examples, until one is left, on `limitTrain`
 * examples: n, n/eta, n/eta^2, ... rounded down.
 */
export function halvingRungs(settings: number, limitTrain: number, eta: number): Rung[] {
  const counts = [settings];
  for (let left = Math.floor(settings / eta); left >= 1; left = Math.floor(left / eta)) counts.push(left);
  return counts.map((count, i) => ({
    settings: count,
    limitTrain: Math.round(limitTrain / eta ** (counts.length - 1 - i)),
  }));
}
