// How many runs of a method answer alike whatever they are asked: a result of its own, beside the score.
import { collapseOf, predictedBy } from '../metrics/collapse.ts';
import type { MethodScores, TaskScores } from './scores.ts';

/** Of a method's runs, those whose predictions hardly vary over all sets that the metric is taken over. */
export function collapsedRuns({ measure, sets }: Pick<TaskScores, 'measure' | 'sets'>, { runs }: MethodScores): number {
  const labels = sets.flatMap((set) => [...set.labels]);
  const kind = predictedBy(measure);
  return runs.filter(({ predictions }) =>
    collapseOf(
      predictions.flatMap((each) => [...each]),
      labels,
      kind,
    ),
  ).length;
}
