// The differences between methods with their intervals.
import type { AdjustedPair, StudyComparisons } from '../../stats/comparison.ts';
import { isShown, LEVEL } from '../../stats/level.ts';
import { byTask } from './by-task.ts';
import type { PlotChart, Point, Series } from './chart.ts';
import { fixedText } from './number-text.ts';

/**
 * A panel a model and task, a row a pair of methods.
 * @param margin differences that are too small to matter, in the metric's unit; null where nothing says so
 */
export function comparisonChart({ tasks }: Pick<StudyComparisons, 'tasks'>, margin: number | null = null): PlotChart {
  const zero =
    margin === null
      ? { name: 'no difference', y: 0, low: null, high: null }
      : { name: `no difference, and a margin of ${margin}`, y: 0, low: -margin, high: margin };
  return {
    kind: 'plot',
    name: 'comparisons',
    title: 'Differences between methods',
    caption: `The mean difference of the primary metric between the first method and the second over the seeds that both have, with its 95 % interval over seeds and examples. Told apart are those whose p value, corrected for all pairs of all tasks (Holm), is at most ${LEVEL}.`,
    panels: byTask(tasks).map(({ title, members }) => ({
      title,
      x: { label: '', scale: 'category' },
      y: { label: `difference of ${members[0]?.metric ?? 'the metric'}`, scale: 'linear' },
      series: seriesOf(members.flatMap(({ pairs }) => pairs)),
      levels: [zero],
    })),
    inset: null,
    notes: tasks.flatMap(({ task, pairs }) => pairs.flatMap((pair) => noteOf(task, pair))),
  };
}

function seriesOf(pairs: readonly AdjustedPair[]): Series[] {
  const named = (name: string, isMember: (pair: AdjustedPair) => boolean): Series => ({
    name,
    points: pairs.filter(isMember).flatMap(pointOf),
    joined: false,
  });
  const isToldApart = ({ adjusted: { overBoth } }: AdjustedPair) => isShown(overBoth.value);
  return [named('told apart', isToldApart), named('not told apart', (pair) => !isToldApart(pair))];
}

function pointOf({ a, b, effect, overBoth }: AdjustedPair): Point[] {
  if (effect.value === null) return [];
  const ends = overBoth.value ?? { low: null, high: null };
  return [{ x: nameOf({ a, b }), y: effect.value, low: ends.low, high: ends.high, text: fixedText(effect.value, 3) }];
}

const nameOf = ({ a, b }: Pick<AdjustedPair, 'a' | 'b'>): string => `${a} \u2212 ${b}`;

function noteOf(task: string, pair: AdjustedPair): string[] {
  const { effect, overBoth } = pair;
  if (effect.reason !== null) return [`${nameOf(pair)}, ${task}: no difference is known (${effect.reason}).`];
  return overBoth.reason === null ? [] : [`${nameOf(pair)}, ${task}: no interval (${overBoth.reason}).`];
}
