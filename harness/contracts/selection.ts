// Which of a run's weights are evaluated where it asks for the best: by scores on training examples held out for it alone.

/** A score while training. */
export interface SelectionScore {
  /** Steps taken. */
  readonly step: number;
  /** The primary metric; null where it is undefined, which counts as the worst. */
  readonly value: number | null;
}

/** The step of the highest score, of equals the earliest; the last one where no score is defined. Undefined of none. */
export function selectedStep(scores: readonly SelectionScore[]): number | undefined {
  const best = Math.max(...scores.map(({ value }) => value ?? Number.NEGATIVE_INFINITY));
  const found = scores.find(({ value }) => value === best) ?? scores.at(-1);
  return found?.step;
}
