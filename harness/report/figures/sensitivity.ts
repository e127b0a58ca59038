// How the score of a search depends on each key that was searched.
import type { SearchRow, SensitivityPoint } from '../search.ts';
import { byTask, spansPowers } from './by-task.ts';
import type { Axis, Panel, PlotChart, Point, Series } from './chart.ts';

/** A panel a model, task and key; a line a method, and another for its best where several settings have a value. */
export function sensitivityChart(searches: readonly SearchRow[]): PlotChart {
  return {
    kind: 'plot',
    name: 'sensitivity',
    title: 'Sensitivity to what was searched',
    caption:
      'The mean score, on held-out training examples, of the settings that have a value of a key, whatever their other keys; where several settings have it, also the best of them.',
    panels: byTask(searches).flatMap(({ title, members }) =>
      [...new Set(members.flatMap(({ keys }) => keys))].map((key) => panelOf(title, key, members)),
    ),
    inset: null,
    notes: searches.flatMap(({ label, task, sensitivity }) =>
      sensitivity.flatMap(({ key, points }) =>
        points
          .filter(({ mean }) => mean === null)
          .map(({ value }) => `${label}, ${task}: no setting with ${key} ${wordsOf(value)} has a score.`),
      ),
    ),
  };
}

function panelOf(title: string, key: string, searches: readonly SearchRow[]): Panel {
  const metric = searches.find((row) => row.metric !== null)?.metric;
  const values = searches.flatMap((row) => pointsOf(row, key).map(({ value }) => value));
  return {
    title: `${title}: ${key}`,
    x: { label: key, scale: scaleOf(values) },
    y: { label: metric === undefined ? 'score' : `${metric}, held out`, scale: 'linear' },
    series: searches.flatMap((row) => seriesOf(row, key)),
    levels: [],
  };
}

function pointsOf({ sensitivity }: SearchRow, key: string): readonly SensitivityPoint[] {
  return sensitivity.find((each) => each.key === key)?.points ?? [];
}

function scaleOf(values: readonly unknown[]): Axis['scale'] {
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length < values.length) return 'category';
  return spansPowers(numbers, 10) ? 'log' : 'linear';
}

function seriesOf(row: SearchRow, key: string): Series[] {
  const points = pointsOf(row, key);
  const chosen = JSON.stringify(row.chosen?.values[key]);
  const curve = (name: string, read: (point: SensitivityPoint) => number | null, isMean: boolean): Series => ({
    name,
    points: points.flatMap((point): Point[] => {
      const y = read(point);
      const text = isMean && JSON.stringify(point.value) === chosen ? 'chosen' : '';
      return y === null ? [] : [{ x: placeOf(point.value), y, low: null, high: null, text }];
    }),
    joined: true,
  });
  if (points.length === 0) return [];
  const mean = curve(row.label, (point) => point.mean, true);
  const hasBest = points.some((point) => point.settings > 1);
  return hasBest ? [mean, curve(`${row.label}, best`, (point) => point.best, false)] : [mean];
}

const placeOf = (value: unknown): number | string => (typeof value === 'number' ? value : wordsOf(value));

function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
