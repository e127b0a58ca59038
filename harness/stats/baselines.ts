// What needs no model: the scores that labels alone give.
import { METRICS, type MetricName } from '../metrics/index.ts';
import { metricOverSets } from '../metrics/over-sets.ts';
import type { TaskScores } from './scores.ts';
import { type Figure, figure, missing } from './summary.ts';

export interface Baselines {
  /**
   * Always the class that is most frequent in the evaluation labels, of equals the smaller; where the metric is taken of each
   * set, in those of each set, which may have other numbers of options.
   */
  readonly majority: Figure;
  /** Each class that there is in the labels with equal chance: the expected metric. */
  readonly chance: Figure;
  /** Always the mean label. */
  readonly mean: Figure;
}

type Labelled = Pick<TaskScores, 'measure' | 'overall' | 'sets'>;

export function baselinesOf(scores: Labelled): Baselines {
  const { measure, sets } = scores;
  if (sets.every(({ labels }) => labels.length === 0)) {
    const none = missing('no examples');
    return { majority: none, chance: none, mean: none };
  }
  if (measure === 'pearson' || measure === 'spearman') {
    return {
      majority: missing('labels are scores, not classes'),
      chance: figure(0),
      mean: missing(`${measure} is undefined of a constant`),
    };
  }
  return {
    majority: over(scores, (labels) => {
      const most = majorityOf(labels);
      return METRICS[measure](
        labels.map(() => most),
        labels,
      );
    }),
    chance: over(scores, (labels) => CHANCE[measure](labels, new Set(labels).size)),
    mean: missing('labels are classes, not scores'),
  };
}

type OfClasses = Exclude<MetricName, 'pearson' | 'spearman'>;

const CHANCE: Readonly<Record<OfClasses, (labels: readonly number[], classes: number) => number>> = {
  accuracy: (_labels, classes) => 1 / classes,
  /** Of expected counts: half of the positives are true ones, half of all are predicted. */
  f1(labels) {
    const positives = labels.filter((label) => label === 1).length;
    return positives / (labels.length / 2 + positives);
  },
  matthews: () => 0,
};

/** The most frequent class, of equals the smaller. */
function majorityOf(labels: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const label of labels.toSorted((a, b) => a - b)) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0] as [number, number])[0];
}

function over({ overall, sets }: Labelled, of: (labels: readonly number[]) => number | null): Figure {
  const named = sets.map(({ name, labels }) => ({ name, items: [...labels] }));
  const { value } = metricOverSets('value', named, of, overall);
  return value === null || value === undefined ? missing('undefined of these labels') : figure(value);
}
