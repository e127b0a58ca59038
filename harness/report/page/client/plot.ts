// Draws points on two axes: the front joined, names beside the points, each method with a colour and a shape of its own.
import type { Place } from '../../figures/front.ts';
import type { Measure } from '../measures.ts';
import { type PlotScale, plotScale } from '../plot-scale.ts';
import { svg } from './dom.ts';
import { type Box, placeLabel } from './place-label.ts';

export interface PlotPoint extends Place {
  readonly label: string;
  /** Which colour and shape. */
  readonly look: number;
  readonly spreadX: readonly [number, number] | null;
  readonly spreadY: readonly [number, number] | null;
}

const HEIGHT = 420;
const MARGIN = { left: 76, right: 24, top: 24, bottom: 56 };
const COLOURS = 8;
/** Pixels that a tick of the x axis needs. */
const TICKS_APART = 60;
/** Around 0, of about equal area. */
const SHAPES = [
  'M0,-6a6,6 0 1,1 0,12a6,6 0 1,1 0,-12Z',
  'M-5.5,-5.5h11v11h-11Z',
  'M0,-7L7,5.5H-7Z',
  'M0,-7.5L7.5,0L0,7.5L-7.5,0Z',
  'M0,7L7,-5.5H-7Z',
  'M-2.2,-7h4.4v4.8h4.8v4.4h-4.8v4.8h-4.4v-4.8h-4.8v-4.4h4.8Z',
];

interface Axes {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** @param front those of the points that no other beats, in the order of x */
export function drawPlot(
  points: readonly PlotPoint[],
  front: readonly PlotPoint[],
  x: Measure,
  y: Measure,
  width: number,
): SVGSVGElement {
  const scales = {
    x: plotScale(
      points.flatMap((point) => [point.x, ...(point.spreadX ?? [])]),
      !x.rises,
    ),
    y: plotScale(
      points.flatMap((point) => [point.y, ...(point.spreadY ?? [])]),
      !y.rises,
    ),
  };
  const axes: Axes = {
    x: (value) => MARGIN.left + scales.x.at(value) * (width - MARGIN.left - MARGIN.right),
    y: (value) => HEIGHT - MARGIN.bottom - scales.y.at(value) * (HEIGHT - MARGIN.top - MARGIN.bottom),
  };
  const line = stairs(front, x, y);
  return svg(
    'svg',
    {
      ...{
        viewBox: `0 0 ${width} ${HEIGHT}`,
        width: String(width),
        height: String(HEIGHT),
        class: 'chart',
        role: 'img',
      },
      'aria-label': `${y.title} by ${x.title}, a point per method; the table below has the same figures.`,
    },
    ...ticks(axes, scales, x, y, width),
    svg('polyline', {
      points: line.map((place) => `${px(axes.x(place.x))},${px(axes.y(place.y))}`).join(' '),
      class: 'front',
    }),
    ...points.flatMap((point) => whiskers(point, axes)),
    ...points.map((point) => marker(point, axes, front.includes(point))),
    ...labels(points, axes, width),
  );
}

/** Between two points of the front nothing is known to reach beyond the worse of both. */
function stairs(front: readonly Place[], x: Measure, y: Measure): Place[] {
  return front.flatMap((point, index) => {
    const before = front[index - 1];
    if (before === undefined) return [point];
    const worse = (a: number, b: number, rises: boolean) => (rises ? Math.min(a, b) : Math.max(a, b));
    return [{ x: worse(before.x, point.x, x.rises), y: worse(before.y, point.y, y.rises) }, point];
  });
}

const px = (value: number): string => value.toFixed(1);

function ticks(
  axes: Axes,
  scales: { x: PlotScale; y: PlotScale },
  x: Measure,
  y: Measure,
  width: number,
): SVGElement[] {
  const bottom = HEIGHT - MARGIN.bottom;
  const middle = { x: (MARGIN.left + width - MARGIN.right) / 2, y: (MARGIN.top + bottom) / 2 };
  return [
    ...thinned(scales.x.ticks, axes.x).flatMap((value) => {
      const at = px(axes.x(value));
      return [
        svg('line', { x1: at, x2: at, y1: String(MARGIN.top), y2: String(bottom), class: 'grid' }),
        svg('text', { x: at, y: String(bottom + 20), class: 'tick', 'text-anchor': 'middle' }, tickText(value)),
      ];
    }),
    ...scales.y.ticks.flatMap((value) => {
      const at = px(axes.y(value));
      return [
        svg('line', { x1: String(MARGIN.left), x2: String(width - MARGIN.right), y1: at, y2: at, class: 'grid' }),
        svg(
          'text',
          { x: String(MARGIN.left - 10), y: at, class: 'tick', 'text-anchor': 'end', dy: '0.32em' },
          tickText(value),
        ),
      ];
    }),
    svg(
      'text',
      { x: px(middle.x), y: String(HEIGHT - 10), class: 'axis', 'text-anchor': 'middle' },
      axisText(x, scales.x),
    ),
    svg(
      'text',
      { transform: `translate(18,${px(middle.y)}) rotate(-90)`, class: 'axis', 'text-anchor': 'middle' },
      axisText(y, scales.y),
    ),
  ];
}

/** Which way is better stands beside what is measured. */
function axisText({ title, rises }: Measure, { isLogarithmic }: PlotScale): string {
  const scale = isLogarithmic ? ' (log)' : '';
  return rises ? `${title}${scale} → better` : `better ← ${title}${scale}`;
}

/** Those whose words stand apart. */
function thinned(values: readonly number[], at: (value: number) => number): number[] {
  const kept: number[] = [];
  for (const value of values) {
    const last = kept.at(-1);
    if (last === undefined || at(value) - at(last) >= TICKS_APART) kept.push(value);
  }
  return kept;
}

/** `1,000`, `10k`, `1M`, `0.25` */
function tickText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1e9) return `${Number((value / 1e9).toPrecision(3))}G`;
  if (size >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return value.toLocaleString('en-US', { maximumSignificantDigits: 4 });
}

function whiskers({ x, y, spreadX, spreadY, look }: PlotPoint, axes: Axes): SVGElement[] {
  const line = (x1: number, x2: number, y1: number, y2: number) =>
    svg('line', { x1: px(x1), x2: px(x2), y1: px(y1), y2: px(y2), class: `whisker c${look % COLOURS}` });
  return [
    ...(spreadX === null ? [] : [line(axes.x(spreadX[0]), axes.x(spreadX[1]), axes.y(y), axes.y(y))]),
    ...(spreadY === null ? [] : [line(axes.x(x), axes.x(x), axes.y(spreadY[0]), axes.y(spreadY[1]))]),
  ];
}

function marker({ x, y, look }: PlotPoint, axes: Axes, isOnFront: boolean): SVGElement {
  return svg('path', {
    d: SHAPES[look % SHAPES.length] ?? '',
    transform: `translate(${px(axes.x(x))},${px(axes.y(y))})`,
    class: `point c${look % COLOURS}${isOnFront ? '' : ' beaten'}`,
  });
}

function labels(points: readonly PlotPoint[], axes: Axes, width: number): SVGElement[] {
  const markers = points.map(
    (point): Box => ({ x: axes.x(point.x) - 8, y: axes.y(point.y) - 8, width: 16, height: 16 }),
  );
  const taken = [...markers];
  return points.map(({ label, x, y }) => {
    const place = placeLabel(label, axes.x(x), axes.y(y), taken, width - MARGIN.right);
    taken.push(place.box);
    return svg('text', { x: px(place.x), y: px(place.y), class: 'label', 'text-anchor': place.anchor }, label);
  });
}
