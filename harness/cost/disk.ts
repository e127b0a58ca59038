// What a run leaves on disk, in bytes: its record, its predictions, and adapters where they are kept.

/** A record without its losses: configuration, hashes, environment, figures. */
const RECORD = 6500;
/** A loss, a merge and a score as JSON writes them. */
const [LOSS, MERGE, SCORE] = [20, 170, 20];
/** A prediction without its scores. */
const PREDICTION = 75;

export interface DiskInputs {
  readonly steps: number;
  /** Sets of adapters that are trained one after another. */
  readonly draws: number;
  /** Examples that are scored, and scores of each. */
  readonly scored: number;
  readonly scores: number;
}

export function runBytes({ steps, draws, scored, scores }: DiskInputs): number {
  return RECORD + LOSS * steps + (draws > 1 ? MERGE * draws : 0) + scored * (PREDICTION + SCORE * scores);
}
