// The points of a panel where they will be drawn: along the x axis, or in the row of their category; without those that an
// axis has no place for.
import { type AxisScale, isDrawable } from './axis-scale.ts';
import type { Panel, Point, Series } from './chart.ts';
import { numberText } from './number-text.ts';

export interface PlacedPoint {
  /** On a numeric x axis; of a category its row from 0, beside others of that row. NaN where there is no place. */
  readonly position: number;
  /** NaN where the axis has no place for it. */
  readonly value: number;
  /** Infinite where the interval goes beyond what a log axis can show; both null where there is none. */
  readonly low: number | null;
  readonly high: number | null;
  readonly text: string;
  /** The whole point in words. */
  readonly title: string;
}

export interface PlacedSeries {
  readonly name: string;
  readonly joined: boolean;
  readonly symbols: boolean;
  readonly points: readonly PlacedPoint[];
}

export interface PlacedPanel {
  readonly series: readonly PlacedSeries[];
  /** In the order of their rows; none of a numeric x axis. */
  readonly categories: readonly string[];
  /** Points of the row that has most. */
  readonly abreast: number;
  /** Points that are not drawn. */
  readonly undrawn: number;
}

export const valueTypeOf = ({ y }: Panel): AxisScale['type'] => (y.scale === 'log' ? 'log' : 'linear');

/** Rows are as far apart as 1. */
export function placedPanel(panel: Panel): PlacedPanel {
  const rows = panel.x.scale === 'category' ? rowsOf(panel.series) : null;
  const series = panel.series.map((each) => ({
    name: each.name,
    joined: each.joined,
    symbols: each.symbols !== false,
    points: each.points.map((point) => {
      const position = rows === null ? numericPosition(panel, point.x) : rows.positionOf(each, String(point.x));
      return placed(point, position, each.name, valueTypeOf(panel));
    }),
  }));
  const points = series.flatMap((each) => each.points);
  return {
    series,
    categories: rows?.categories ?? [],
    abreast: rows?.abreast ?? 0,
    undrawn: points.filter(({ position, value }) => Number.isNaN(position) || Number.isNaN(value)).length,
  };
}

function numericPosition({ x }: Panel, value: number | string): number {
  const isPlaced = typeof value === 'number' && isDrawable(value, x.scale === 'log' ? 'log' : 'linear');
  return isPlaced ? value : Number.NaN;
}

interface Rows {
  readonly categories: readonly string[];
  readonly abreast: number;
  positionOf(series: Series, category: string): number;
}

/** Series that share a category stand beside each other in its row. */
function rowsOf(all: readonly Series[]): Rows {
  const members = new Map<string, Series[]>();
  for (const series of all) {
    for (const category of new Set(series.points.map(({ x }) => String(x)))) {
      members.set(category, [...(members.get(category) ?? []), series]);
    }
  }
  const categories = [...members.keys()];
  const rowOf = new Map(categories.map((category, row) => [category, row]));
  const abreast = [...members.values()].reduce((most, { length }) => Math.max(most, length), 0);
  return {
    categories,
    abreast,
    positionOf: (series, category) => {
      const own = members.get(category) ?? [];
      return (rowOf.get(category) ?? Number.NaN) + (own.indexOf(series) - (own.length - 1) / 2) * (0.85 / abreast);
    },
  };
}

function placed(
  { x, y, low, high, text }: Point,
  position: number,
  name: string,
  type: AxisScale['type'],
): PlacedPoint {
  const value = isDrawable(y, type) ? y : Number.NaN;
  const hasInterval = isKnown(low) || isKnown(high);
  const [from, to] = [isKnown(low) ? low : y, isKnown(high) ? high : y];
  const words = hasInterval ? ` (${rounded(from)} to ${rounded(to)})` : '';
  return {
    position,
    value,
    ...(hasInterval ? { low: endOf(from, type), high: endOf(to, type) } : { low: null, high: null }),
    text,
    title: `${name}: ${rounded(y)}${words} at ${typeof x === 'number' ? rounded(x) : x}`,
  };
}

const rounded = (value: number): string => numberText(Number(value.toPrecision(5)));

const isKnown = (end: number | null): end is number => end !== null && !Number.isNaN(end);

/** An end that is not drawable is beyond the axis. */
function endOf(end: number, type: AxisScale['type']): number {
  if (isDrawable(end, type)) return end;
  return end > 1 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
}
