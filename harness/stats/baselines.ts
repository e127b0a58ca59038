// What needs no model: the scores that labels alone give.
import { METRICS, type MetricName } from '../metrics/index.ts';
import { metricOverSets } from '../metrics/over-sets.ts';
import type { ScoredExamples, TaskScores } from './scores.ts';
import { type Figure, figure, missing } from './summary.ts';

export interface Baselines {
  /** Always the class that is most frequent in all of the evaluation labels, of equals the smaller. */
  readonly majority: Figure;
  /** Each class with equal chance: the expected metric. */
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
  const classes = frequencies(sets);
  const [majority = 0] = [...classes].reduce((most, each) => (each[1] > most[1] ? each : most));
  return {
    majority: over(scores, (labels) =>
      METRICS[measure](
        labels.map(() => majority),
        labels,
      ),
    ),
    chance: over(scores, (labels) => CHANCE[measure](labels, classes.size)),
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

/** By class, rising. */
function frequencies(sets: readonly ScoredExamples[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { labels } of sets) for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => a - b));
}

function over({ overall, sets }: Labelled, of: (labels: readonly number[]) => number | null): Figure {
  const named = sets.map(({ name, labels }) => ({ name, items: [...labels] }));
  const { value } = metricOverSets('value', named, of, overall);
  return value === null || value === undefined ? missing('undefined of these labels') : figure(value);
}
