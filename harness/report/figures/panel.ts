// One panel of a chart: its title, its axes, what is drawn in them, and the words beside points.
import * as Plot from '@observablehq/plot';
import { type AxisScale, axisScale, isDrawable } from './axis-scale.ts';
import type { Panel } from './chart.ts';
import { type Field, levelMarks, seriesMarks, spotOf } from './marks.ts';
import { numberText } from './number-text.ts';
import { type Box, placeLabels, type Side } from './placed-labels.ts';
import { type PlacedPanel, type PlacedPoint, placedPanel, valueTypeOf } from './placed-points.ts';
import { type Plotted, plotted } from './plotted.ts';
import { type Block, lettering, lineHeight, moved, paragraph, stacked } from './svg.ts';
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

export interface DrawnPanel extends Block {
  /** The field between the axes, within the block. */
  readonly field: Box;
  /** What is drawn there: points, intervals and words. */
  readonly taken: readonly Box[];
  /** Points and levels that the axes have no place for. */
  readonly undrawn: number;
}

export function drawPanel(panel: Panel, look: PanelLook): DrawnPanel {
  const { width, size } = look;
  const placed = placedPanel(panel);
  const axes = axesOf(panel, placed, look);
  const { picture, taken, words } = drawField(panel, placed, axes, look);
  const middle = (axes.margin.left + width - axes.margin.right) / 2;
  const [across, up] = axes.turned ? [panel.y.label, panel.x.label] : [panel.x.label, panel.y.label];
  const acrossLines = linesOf(across, size, width, 2);
  const titles = stacked(
    [paragraph(panel.title, width, { size: size + 1, bold: true }), paragraph(up, width, { size, most: 2 })].filter(
      ({ height }) => height > 0,
    ),
    3,
  );
  const top = titles.height + 2;
  const below = top + axes.height;
  const line = { x: middle, y: below + size, size, anchor: 'middle' as const };
  const shifted = (box: Box): Box => ({ ...box, top: box.top + top, bottom: box.bottom + top });
  return {
    markup: [titles.markup, moved(0, top, picture, words), lettering(acrossLines, line)].join('\n'),
    height: below + acrossLines.length * lineHeight(size) + 4,
    field: shifted(axes.field),
    taken: taken.map(shifted),
    undrawn: placed.undrawn + panel.levels.filter(({ y }) => !isDrawable(y, valueTypeOf(panel))).length,
  };
}

interface Axes {
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
function axesOf(panel: Panel, placed: PlacedPanel, { width, fieldHeight, size }: PanelLook): Axes {
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
  const positions = across(
    panel.x.scale === 'log' ? 'log' : 'linear',
    points.map(({ position }) => position),
  );
  const values = turned ? across(valueType, inField) : upright;
  const last = (turned ? values : positions).ticks.at(-1) ?? 0;
  const margin = { left, right: Math.max(size, widthOf(numberText(last), size) / 2 + 2), top: size, bottom: 2 * size };
  const inner = turned ? rowHeight(panel, placed.abreast, categories, size) * Math.max(1, categories.length) : fieldHeight;
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

/** Fewer ticks where their words would touch. */
function fittingScale(type: AxisScale['type'], values: readonly number[], width: number, size: number): AxisScale {
  for (let most = Math.max(3, Math.floor(width / 50)); ; most--) {
    const scale = axisScale(type, values, most);
    const words = scale.ticks.map((tick) => widthOf(numberText(tick), size) + size);
    if (most <= 2 || words.reduce((sum, word) => sum + word, 0) <= width) return scale;
  }
}

interface DrawnField {
  readonly picture: string;
  readonly words: string;
  readonly taken: readonly Box[];
}

function drawField(panel: Panel, placed: PlacedPanel, axes: Axes, look: PanelLook): DrawnField {
  const { turned, values, positions, margin } = axes;
  const { size, indexOf } = look;
  const field: Field = { turned, domain: values.domain, radius: 0.4 * size };
  const rows = Math.max(1, axes.categories.length);
  const valueAxis = { type: values.type, domain: values.domain, axis: null, label: null };
  const otherAxis = turned
    ? { type: 'linear' as const, domain: [rows - 0.5, -0.5], axis: null, label: null }
    : { type: positions.type, domain: positions.domain, axis: null, label: null };
  const picture = plotted({
    ...{ width: look.width, height: axes.height },
    ...{ marginLeft: margin.left, marginRight: margin.right, marginTop: margin.top, marginBottom: margin.bottom },
    ...(turned ? { x: valueAxis, y: otherAxis } : { x: otherAxis, y: valueAxis }),
    marks: [
      ...axisMarks(axes, size),
      ...panel.levels.flatMap((level) => levelMarks(level, indexOf(level.name), field)),
      ...placed.series.flatMap((series) => seriesMarks(series, indexOf(series.name), field)),
    ],
  });
  const points = placed.series.flatMap((series) => series.points.filter(isPlaced).map((point) => ({ series, point })));
  const boxes = points.map(({ point }) => boxOf(point, picture, axes, field));
  const wanted = points.flatMap(({ point }, i) => {
    const [text] = linesOf(point.text, size, 0.45 * look.width, 1);
    const box = boxes[i];
    return text === undefined || box === undefined ? [] : [{ text, box }];
  });
  const sides: Side[] = turned ? ['above', 'right', 'left', 'below'] : ['right', 'left', 'above', 'below'];
  const room = { left: 0, top: 0, right: look.width, bottom: axes.height - margin.bottom };
  const labels = placeLabels(wanted, { taken: boxes, room, size, sides });
  const words = labels.map(({ text, x, y, anchor }) => lettering([text], { x, y, size, anchor, halo: true }));
  const nothing = { x: (axes.field.left + axes.field.right) / 2, y: (axes.field.top + axes.field.bottom) / 2 };
  return {
    picture: picture.markup,
    words: points.length > 0 ? words.join('\n') : lettering(['nothing to draw'], { ...nothing, size, anchor: 'middle' }),
    taken: [...boxes, ...labels.map(({ box }) => box)],
  };
}

const isPlaced = ({ position, value }: PlacedPoint): boolean => !Number.isNaN(position) && !Number.isNaN(value);

/** A point with its interval. */
function boxOf(point: PlacedPoint, { x, y }: Plotted, { turned, values }: Axes, field: Field): Box {
  const spot = spotOf(point, field);
  const [left, top] = [x(spot.x), y(spot.y)];
  const endAt = (end: number): number => {
    const within = Math.min(Math.max(end, values.domain[0]), values.domain[1]);
    return turned ? x(within) : y(within);
  };
  const [low, high] = [endAt(point.low ?? point.value), endAt(point.high ?? point.value)];
  const reach = field.radius + 1;
  return turned
    ? { left: Math.min(left, low) - reach, right: Math.max(left, high) + reach, top: top - reach, bottom: top + reach }
    : { left: left - reach, right: left + reach, top: Math.min(top, high) - reach, bottom: Math.max(top, low) + reach };
}

/** Lines and words of both axes. */
function axisMarks({ turned, values, positions, categories }: Axes, size: number): Plot.Markish[] {
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
