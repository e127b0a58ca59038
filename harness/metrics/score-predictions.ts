// Every metric of a run from its predictions: as a run computes them, and as whoever reads its record computes them again.
import { METRICS, type MetricName } from './index.ts';
import { metricOverSets, type Overall, type SetGroups } from './over-sets.ts';

export interface ScoredPrediction {
  readonly set: string;
  readonly label: number;
  readonly prediction: number;
  /** Of the protocol likelihood: the option of the greatest log-likelihood a character. */
  readonly predictionNorm?: number;
}

/** How a metric is taken over several sets. */
export interface Scoring {
  readonly overall?: Overall;
  readonly groups?: SetGroups;
}

/** A metric of a task, or lm-evaluation-harness's accuracies of choices: `acc`, and `acc_norm` by the length of options. */
export type ScoreName = MetricName | 'acc' | 'acc_norm';

/**
 * `<metric>` overall, `<set>/<metric>` and `<group>/<metric>` where there are several sets.
 * @param sets their names, in order
 */
export function scorePredictions(
  predictions: readonly ScoredPrediction[],
  names: readonly ScoreName[],
  sets: readonly string[],
  { overall, groups }: Scoring,
): Record<string, number | null> {
  const scored = sets.map((name) => ({ name, items: predictions.filter(({ set }) => set === name) }));
  return Object.assign({}, ...names.map((name) => metricOverSets(name, scored, SCORES[name], overall, groups)));
}

type Score = (items: readonly ScoredPrediction[]) => number | null;

const SCORES: Readonly<Record<ScoreName, Score>> = {
  accuracy: scoreOf('accuracy'),
  f1: scoreOf('f1'),
  matthews: scoreOf('matthews'),
  pearson: scoreOf('pearson'),
  spearman: scoreOf('spearman'),
  acc: scoreOf('accuracy'),
  acc_norm: scoreOf('accuracy', ({ predictionNorm }) => predictionNorm ?? Number.NaN),
};

export const isScoreName = (name: string): name is ScoreName => Object.hasOwn(SCORES, name);

function scoreOf(metric: MetricName, predictionOf = ({ prediction }: ScoredPrediction) => prediction): Score {
  return (items) =>
    METRICS[metric](
      items.map(predictionOf),
      items.map(({ label }) => label),
    );
}
