// Methods by two of what they are weighed by, with the front of those that no other beats.
import type { Row } from '../aggregate.ts';
import { type Figure, mapKnown } from '../../stats/summary.ts';
import { byTask, spansPowers } from './by-task.ts';
import { frontOf, type Place } from './front.ts';
import type { Axis, Panel, PlotChart, Point, Series } from './chart.ts';

interface Weighed {
  readonly value: Figure;
  readonly low: number | null;
  readonly high: number | null;
}

interface Measure {
  /** With the unit. */
  readonly title: string;
  readonly isBetterHigher: boolean;
  /** What its interval is. */
  readonly interval: string | null;
  readonly read: (row: Row) => Weighed;
}

const bare = (value: Figure): Weighed => ({ value, low: null, high: null });

const MEASURES = {
  quality: {
    title: 'quality',
    isBetterHigher: true,
    interval: 'one sample standard deviation over seeds to each side',
    read: ({ quality: { mean, deviation } }) =>
      mean.value === null || deviation.value === null
        ? bare(mean)
        : { value: mean, low: mean.value - deviation.value, high: mean.value + deviation.value },
  },
  trainable: {
    ...{ title: 'trainable parameters at once', isBetterHigher: false, interval: null },
    read: ({ params }) => bare(params.trainable),
  },
  cumulative: {
    ...{ title: 'trainable parameters over the run', isBetterHigher: false, interval: null },
    read: ({ params }) => bare(params.trainableCumulative),
  },
  stored: {
    ...{ title: 'parameters to store', isBetterHigher: false, interval: null },
    read: ({ params }) => bare(params.stored),
  },
  memory: {
    ...{ title: 'peak memory of the process, MB', isBetterHigher: false, interval: 'from the smallest of the runs' },
    read: ({ cost: { peakRss } }) => ({
      value: mapKnown(peakRss.value, megabytes),
      low: peakRss.low === null ? null : megabytes(peakRss.low),
      high: peakRss.high === null ? null : megabytes(peakRss.high),
    }),
  },
  seconds: {
    ...{ title: 'seconds per batch', isBetterHigher: false, interval: 'from the 5th to the 95th percentile' },
    read: ({ cost }) => cost.secondsPerBatch,
  },
} satisfies Record<string, Measure>;

const megabytes = (bytes: number): number => bytes / 1e6;

export type ParetoKey = keyof typeof MEASURES;
export const PARETO_KEYS = Object.keys(MEASURES) as ParetoKey[];

/** A panel a model and task, a point a method. */
export function paretoChart(rows: readonly Row[], xKey: ParetoKey, yKey: ParetoKey): PlotChart {
  const x: Measure = MEASURES[xKey];
  const y: Measure = MEASURES[yKey];
  const bars = y.interval === null ? '' : ` Bars of ${y.title}: ${y.interval}.`;
  return {
    kind: 'plot',
    name: `pareto-${xKey}-${yKey}`,
    title: `${capital(y.title)} against ${x.title}`,
    caption: `A point for each method, over its final runs; the line joins those that no other method beats: none is at least as good in both and better in one.${bars}`,
    panels: byTask(rows).map(({ title, members }) => panelOf(title, members, x, y)),
    inset: null,
    notes: rows.flatMap((row) => {
      const gaps = [x, y].filter((measure) => measure.read(row).value.value === null);
      return gaps.map((gap) => `${row.label}, ${row.task}: no ${gap.title} (${gap.read(row).value.reason}).`);
    }),
  };
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

function panelOf(title: string, rows: readonly Row[], x: Measure, y: Measure): Panel {
  const points = rows.flatMap((row): (Point & { readonly x: number })[] => {
    const [at, of] = [x.read(row), y.read(row)];
    if (at.value.value === null || of.value.value === null) return [];
    return [{ x: at.value.value, y: of.value.value, low: of.low, high: of.high, text: row.label }];
  });
  const metric = rows.find((row) => row.metric !== null)?.metric;
  const axis = (measure: Measure, values: readonly number[]): Axis => ({
    label: measure.isBetterHigher && metric !== undefined ? `${measure.title} (${metric})` : measure.title,
    scale: spansPowers(values, 10) ? 'log' : 'linear',
  });
  const methods = points.map((point): Series => ({ name: point.text, points: [point], joined: false }));
  const front: Series = {
    name: 'beaten by no other',
    points: stepsOf(frontOf(points, x, y)),
    joined: true,
    symbols: false,
  };
  return {
    title,
    x: axis(
      x,
      points.map((point) => point.x),
    ),
    y: axis(
      y,
      points.map((point) => point.y),
    ),
    series: front.points.length < 2 ? methods : [...methods, front],
    levels: [],
  };
}

/** Stairs: between two points of the front nothing is known to reach beyond the worse of both. */
function stepsOf(front: readonly Place[]): Point[] {
  const bare = ({ x, y }: Place): Point => ({ x, y, low: null, high: null, text: '' });
  return front.flatMap((place, i) => {
    const before = front[i - 1];
    return before === undefined ? [bare(place)] : [bare({ x: place.x, y: before.y }), bare(place)];
  });
}
