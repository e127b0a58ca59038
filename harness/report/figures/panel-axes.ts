// The axes of a panel: their ticks, the room that these take, and how they are drawn.
import * as Plot from '@observablehq/plot';
import { type AxisScale, axisScale } from './axis-scale.ts';
import type { Panel } from './chart.ts';
import { numberText } from './number-text.ts';
import type { Box } from './placed-labels.ts';
import { type PlacedPanel, valueTypeOf } from './placed-points.ts';
import { lineHeight } from './svg.ts';
import { linesOf, widthOf } from './text-lines.ts';

export interface PanelLook {
  /** Pixels, of everything. */
  readonly width: number;
  /** Of the axes' field, of a panel whose x axis is numeric; categories take what they need. */
  readonly fieldHeight: number;
  readonly size: number;
  /** The place of a name among the chart's, which decides its look. */
  readonly indexOf: (name: string) => number;
}

export interface Axes {
  readonly turned: boolean;
  readonly values: AxisScale;
  /** Of a numeric x axis. */
  readonly positions: AxisScale;
  readonly categories: readonly (readonly string[])[];
  readonly margin: { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number };
  /** With the margins. */
  readonly height: number;
  readonly field: Box;
}

/** Ticks, and the room that their words take. */
export function axesOf(panel: Panel, placed: PlacedPanel, { width, fieldHeight, size }: PanelLook): Axes {
  const turned = panel.x.scale === 'category';
  const points = placed.series.flatMap((series) => series.points);
  const inField = [
    ...points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]),
    ...panel.levels.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]),
  ];
  const valueType = valueTypeOf(panel);
  const categories = placed.categories.map((name) => linesOf(name, size, 0.4 * width, 3));
  const upright = axisScale(valueType, inField, fieldHeight / 42);
  const leftWords = turned ? categories.flat() : upright.ticks.map(numberText);
  const left = Math.max(size, ...leftWords.map((word) => widthOf(word, size))) + 12;
  const across = (type: AxisScale['type'], values: readonly number[]) =>
    fittingScale(type, values, width - left - 2 * size, size);
  const places = points.map(({ position }) => position);
  const positions = withWholeTicks(across(panel.x.scale === 'log' ? 'log' : 'linear', places), places);
  const values = turned ? across(valueType, inField) : upright;
  const last = (turned ? values : positions).ticks.at(-1) ?? 0;
  const margin = { left, right: Math.max(size, widthOf(numberText(last), size) / 2 + 2), top: size, bottom: 2 * size };
  const inner = turned
    ? rowHeight(panel, placed.abreast, categories, size) * Math.max(1, categories.length)
    : fieldHeight;
  const height = inner + margin.top + margin.bottom;
  return {
    ...{ turned, values, positions, categories, margin, height },
    field: { left, top: margin.top, right: width - margin.right, bottom: margin.top + inner },
  };
}

/** Words above a point need their own line. */
function rowHeight(panel: Panel, abreast: number, categories: readonly (readonly string[])[], size: number): number {
  const hasWords = panel.series.some(({ points }) => points.some(({ text }) => text !== ''));
  const lines = Math.max(1, ...categories.map(({ length }) => length));
  const points = Math.max(1, abreast) * (hasWords ? 2.4 : 1.2) * size;
  return Math.max(lines * lineHeight(size) + 4, points + 0.6 * size);
}

/** Steps and counts have nothing between them. */
function withWholeTicks(scale: AxisScale, values: readonly number[]): AxisScale {
  const ticks = scale.ticks.filter(Number.isInteger);
  return values.every(Number.isInteger) && ticks.length > 1 ? { ...scale, ticks } : scale;
}

/** Fewer ticks where their words would touch. */
function fittingScale(type: AxisScale['type'], values: readonly number[], width: number, size: number): AxisScale {
  for (let most = Math.max(3, Math.floor(width / 50)); ; most--) {
    const scale = axisScale(type, values, most);
    const words = scale.ticks.map((tick) => widthOf(numberText(tick), size) + size);
    if (most <= 2 || words.reduce((sum, word) => sum + word, 0) <= width) return scale;
  }
}

/** Lines and words of both axes. */
export function axisMarks({ turned, values, positions, categories }: Axes, size: number): Plot.Markish[] {
  const words = { fontSize: size, label: null, tickSize: 4, tickPadding: 3 };
  const text = (tick: number) => numberText(tick);
  const frame = { stroke: 'currentColor', strokeOpacity: 0.4, className: 'frame' };
  const grid = { strokeOpacity: 0.12, className: 'grid' };
  if (!turned) {
    return [
      Plot.gridY(values.ticks, grid),
      Plot.axisX(positions.ticks, { ...words, text, className: 'x-ticks' }),
      Plot.axisY(values.ticks, { ...words, text, className: 'y-ticks' }),
      Plot.frame({ ...frame, anchor: 'left' }),
      Plot.frame({ ...frame, anchor: 'bottom' }),
    ];
  }
  const name = (row: number) => categories[row]?.join('\n') ?? '';
  return [
    Plot.gridX(values.ticks, grid),
    Plot.axisX(values.ticks, { ...words, text, className: 'x-ticks' }),
    Plot.axisY([...categories.keys()], { ...words, text: name, tickSize: 0, tickPadding: 7, className: 'y-ticks' }),
    Plot.frame({ ...frame, anchor: 'left' }),
    Plot.frame({ ...frame, anchor: 'bottom' }),
  ];
}
