// For which kinds of task a metric says anything.
import type { TaskKind } from '../contracts/dataset.ts';
import type { ScoreName } from './score-predictions.ts';

/** The position of an option is no class, so that a correlation of positions tells nothing of a choice. */
export const DEFINED_FOR: Readonly<Record<ScoreName, readonly TaskKind[]>> = {
  accuracy: ['classification', 'choice'],
  f1: ['classification'],
  matthews: ['classification'],
  pearson: ['regression'],
  spearman: ['regression'],
  acc: ['choice'],
  acc_norm: ['choice'],
};

export const SCORE_NAMES = Object.keys(DEFINED_FOR) as readonly ScoreName[];
