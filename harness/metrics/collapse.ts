// Whether a model answers alike whatever it is asked: its predictions hardly vary, though what is right does.
import type { Overall } from './over-sets.ts';
import type { ScoredPrediction } from './score-predictions.ts';

/** The kind of prediction: a class or an option, by its index, or a value. */
export type Predicted = 'class' | 'value';

/** Of so many predictions, those that may differ from the commonest one. */
const STRAY_SHARE = 0.01;
/** Of the labels' standard deviation. */
const LEAST_SPREAD = 0.01;

/**
 * Classes hardly vary where all but 1 % are one class, values where their standard deviation is under 1 % of the labels'.
 * Where the labels themselves hardly vary, predictions that are as they are have not collapsed: they are right. Nor has
 * what cannot vary: a single prediction.
 * @param predictions as many as labels; -1 where an answer could not be read
 */
export function collapseOf(predictions: readonly number[], labels: readonly number[], kind: Predicted): boolean {
  if (predictions.length < 2) return false;
  if (kind === 'value') return deviationOf(predictions) < LEAST_SPREAD * deviationOf(labels);
  const commonest = commonestOf(predictions);
  return isNearlyAll(predictions, commonest) && !isNearlyAll(labels, commonest);
}

export interface CollapsedSets {
  readonly overall: boolean;
  readonly sets: string[];
}

/**
 * Over what the primary metric is taken over, and of each set.
 * @param sets their names, in order
 * @param primary the name of the primary metric: a correlation is of values
 */
export function collapseOverSets(
  predictions: readonly ScoredPrediction[],
  sets: readonly string[],
  primary: string,
  overall: Overall,
): CollapsedSets {
  const isCollapsed = (names: readonly string[]): boolean => {
    const some = predictions.filter(({ set }) => names.includes(set));
    const [given, labels] = [some.map(({ prediction }) => prediction), some.map(({ label }) => label)];
    return collapseOf(given, labels, predictedBy(primary));
  };
  return {
    overall: isCollapsed(overall === 'first' ? sets.slice(0, 1) : sets),
    sets: sets.filter((set) => isCollapsed([set])),
  };
}

/** What a metric is taken of. */
export function predictedBy(metric: string): Predicted {
  return metric === 'pearson' || metric === 'spearman' ? 'value' : 'class';
}

/** Whether all but 1 % are `value`. */
function isNearlyAll(values: readonly number[], value: number): boolean {
  const others = values.reduce((count, each) => count + Number(each !== value), 0);
  return others <= STRAY_SHARE * values.length;
}

/** The first of them that is as common as any. */
function commonestOf(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].find(([, count]) => count === most)?.[0] as number;
}

/** Of all of them, not of a sample. */
function deviationOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
