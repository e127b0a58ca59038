// One panel of a chart: its title, its axes, what is drawn in them, and the words beside points.
import { isDrawable } from './axis-scale.ts';
import type { Panel } from './chart.ts';
import { type Field, levelMarks, seriesMarks, spotOf } from './marks.ts';
import { type Axes, axesOf, axisMarks, type PanelLook } from './panel-axes.ts';
import { type Box, placeLabels, type Side } from './placed-labels.ts';
import { type PlacedPanel, type PlacedPoint, type PlacedSeries, placedPanel, valueTypeOf } from './placed-points.ts';
import { type Plotted, plotted } from './plotted.ts';
import { type Block, lettering, lineHeight, moved, paragraph, stacked } from './svg.ts';
import { linesOf } from './text-lines.ts';

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
  const acrossLines = linesOf(across, size, 2 * Math.min(middle, width - middle), 2);
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
      ...beneathFirst(placed.series).flatMap((series) => seriesMarks(series, indexOf(series.name), field)),
    ],
  });
  const points = placed.series.flatMap((series) => series.points.filter(isPlaced));
  const boxes = points.map((point) => boxOf(point, picture, axes, field));
  const wanted = points.flatMap((point, i) => {
    const [text] = linesOf(point.text, size, 0.45 * look.width, 1);
    const box = boxes[i];
    const spot = spotOf(point, field);
    return text === undefined || box === undefined ? [] : [{ text, x: picture.x(spot.x), y: picture.y(spot.y), box }];
  });
  const sides: Side[] = turned ? ['above', 'right', 'left', 'below'] : ['right', 'left', 'above', 'below'];
  const room = { left: axes.field.left, top: 0, right: look.width, bottom: axes.height - margin.bottom };
  const lines = placed.series.flatMap((series) => (series.joined ? boxesAlong(series, picture, field) : []));
  const labels = placeLabels(wanted, { taken: [...boxes, ...lines], room, size, sides });
  const words = labels.map(({ text, x, y, anchor }) => lettering([text], { x, y, size, anchor, halo: true }));
  const nothing = { x: (axes.field.left + axes.field.right) / 2, y: (axes.field.top + axes.field.bottom) / 2 };
  return {
    picture: picture.markup,
    words:
      points.length > 0 ? words.join('\n') : lettering(['nothing to draw'], { ...nothing, size, anchor: 'middle' }),
    taken: [...boxes, ...lines, ...labels.map(({ box }) => box)],
  };
}

/** Lines alone go beneath the points that they lead through. */
const beneathFirst = (series: readonly PlacedSeries[]): PlacedSeries[] => [
  ...series.filter(({ symbols }) => !symbols),
  ...series.filter(({ symbols }) => symbols),
];

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

/** A line as a row of small boxes. */
function boxesAlong({ points }: PlacedSeries, { x, y }: Plotted, field: Field): Box[] {
  return points.slice(1).flatMap((point, i) => {
    const before = points[i];
    if (before === undefined || !isPlaced(before) || !isPlaced(point)) return [];
    const [from, to] = [before, point]
      .map((each) => spotOf(each, field))
      .map((spot) => [x(spot.x), y(spot.y)] as const);
    if (from === undefined || to === undefined) return [];
    const [across, down] = [to[0] - from[0], to[1] - from[1]];
    const steps = Math.ceil(Math.hypot(across, down) / 6);
    return Array.from({ length: steps }, (_, step) => {
      const [left, top] = [from[0] + (across * step) / steps, from[1] + (down * step) / steps];
      return { left: left - 1, top: top - 1, right: left + 1, bottom: top + 1 };
    });
  });
}
