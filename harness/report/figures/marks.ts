// What is drawn of series and levels, as Plot's marks. A turned panel has its categories down the side and its values across,
// so that long names can be read.
import * as Plot from '@observablehq/plot';
import type { Level } from './chart.ts';
import type { PlacedPoint, PlacedSeries } from './placed-points.ts';
import { type Style, styleOf } from './styles.ts';
import { PAPER } from './svg.ts';

/** A point in the picture's own axes. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly title: string;
}

/** From end to end across `at`; where the axis ends first, without a cap there. */
export interface Reach extends Spot {
  readonly low: number;
  readonly high: number;
}

export interface Field {
  readonly turned: boolean;
  /** Of the value axis. */
  readonly domain: readonly [low: number, high: number];
  /** Half the width of a symbol, in pixels. */
  readonly radius: number;
}

export function spotOf({ position, value, title }: PlacedPoint, { turned }: Field): Spot {
  return turned ? { x: value, y: position, title } : { x: position, y: value, title };
}

/** A line, its points' intervals and their symbols, each in the class of the series' place among the chart's names. */
export function seriesMarks(series: PlacedSeries, index: number, field: Field): Plot.Markish[] {
  const style = styleOf(index);
  const spots = series.points.map((point) => spotOf(point, field));
  return [
    ...(series.joined ? [lineMark(spots, index, style)] : []),
    ...intervalMarks(series.points, index, style, field),
    ...(series.symbols ? [symbolMark(withSymbol(spots, series.joined, index), index, style, field.radius)] : []),
  ];
}

function lineMark(spots: readonly Spot[], index: number, { colour, dashes }: Style): Plot.Markish {
  return Plot.line(spots, {
    ...{ x: 'x', y: 'y', stroke: colour, strokeWidth: 1.8, className: `line s${index}` },
    ...(dashes !== null && { strokeDasharray: dashes }),
  });
}

export function symbolMark(
  spots: readonly Spot[],
  index: number,
  { colour, symbol, rotate, filled }: Style,
  radius: number,
): Plot.Markish {
  return Plot.dot(spots, {
    ...{ x: 'x', y: 'y', r: radius, symbol, rotate, title: 'title' },
    ...{ stroke: colour, strokeWidth: 1.5, fill: filled ? colour : PAPER },
    className: `point s${index}${filled ? '' : ' paper'}`,
  });
}

/** Of a long line a few points, each series at other places, so that lines are told apart where they run together. */
function withSymbol(spots: readonly Spot[], joined: boolean, index: number): Spot[] {
  if (!joined || spots.length <= MOST_SYMBOLS) return [...spots];
  const every = Math.ceil(spots.length / FEW_SYMBOLS);
  const first = Math.floor((every * ((index % 5) + 0.5)) / 5);
  return spots.filter((_, i) => i % every === first);
}

const MOST_SYMBOLS = 30;
const FEW_SYMBOLS = 6;

function intervalMarks(points: readonly PlacedPoint[], index: number, { colour }: Style, field: Field): Plot.Markish[] {
  const [least, greatest] = field.domain;
  const reaches = points.flatMap((point): Reach[] => {
    const { low, high } = point;
    if (low === null || high === null || Number.isNaN(point.value)) return [];
    return [{ ...spotOf(point, field), low: Math.max(low, least), high: Math.min(high, greatest) }];
  });
  const caps = points
    .filter(({ value }) => !Number.isNaN(value))
    .flatMap((point) =>
      [point.low, point.high].flatMap((end) =>
        end !== null && Number.isFinite(end) ? [spotOf({ ...point, value: end }, field)] : [],
      ),
    );
  const look = { stroke: colour, strokeWidth: 1.3, className: `interval s${index}` };
  const rule = field.turned
    ? Plot.ruleY(reaches, { ...look, y: 'y', x1: 'low', x2: 'high' })
    : Plot.ruleX(reaches, { ...look, x: 'x', y1: 'low', y2: 'high' });
  const cap = { ...look, x: 'x', y: 'y', symbol: CAP, rotate: field.turned ? 90 : 0, className: `cap s${index}` };
  return [rule, Plot.dot(caps, cap)];
}

interface Pen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
}

/** The end of an interval. */
const CAP = {
  draw(pen: Pen): void {
    pen.moveTo(-3.5, 0);
    pen.lineTo(3.5, 0);
  },
};

/** A line over the whole panel with its band. */
export function levelMarks({ y, low, high }: Level, index: number, { turned, domain }: Field): Plot.Markish[] {
  const { colour, dashes } = styleOf(index);
  const [from, to] = [Math.max(low ?? y, domain[0]), Math.min(high ?? y, domain[1])];
  const band = { fill: colour, fillOpacity: 0.13, className: `band s${index}` };
  const line = {
    ...{ stroke: colour, strokeWidth: 1.5, className: `level s${index}` },
    ...(dashes !== null && { strokeDasharray: dashes }),
  };
  const bands = from < to ? [{ from, to }] : [];
  const lines = y >= domain[0] && y <= domain[1] ? [{ y }] : [];
  return turned
    ? [Plot.rect(bands, { ...band, x1: 'from', x2: 'to' }), Plot.ruleX(lines, { ...line, x: 'y' })]
    : [Plot.rect(bands, { ...band, y1: 'from', y2: 'to' }), Plot.ruleY(lines, { ...line, y: 'y' })];
}
