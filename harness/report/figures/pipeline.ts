// A run of a boosting method: which layers each booster was put into, and above it how much was merged of it.
import * as Plot from '@observablehq/plot';
import { axisScale, isDrawable, roundStep } from './axis-scale.ts';
import type { PipelineChart } from './chart.ts';
import { numberText } from './number-text.ts';
import { plotted } from './plotted.ts';
import { COLOURS } from './styles.ts';
import { type Block, type Drawing, lettering, lineHeight, moved, paragraph } from './svg.ts';
import { widthOf } from './text-lines.ts';

const SIZE = 11;
const BARS = 90;
/** Of a layer's row, in pixels. */
const LOWEST_ROW = 5;
const HIGHEST_ROW = 14;
const USUAL_GRID = 280;

export function drawPipeline(chart: PipelineChart, width: number): Drawing {
  if (chart.boosters.length === 0) return { blocks: [paragraph('nothing to draw', width, { size: SIZE })], notes: [] };
  const norms = chart.boosters.map(({ norm }) => norm).filter(isNorm);
  const { domain, ticks } = axisScale('linear', [0, ...norms], BARS / 30);
  const scale = { highest: domain[1], ticks: ticks.filter((tick) => tick >= 0) };
  const layers = Math.max(
    1,
    chart.layers,
    ...chart.boosters.flatMap((booster) => booster.layers.map((layer) => layer + 1)),
  );
  const left = Math.max(...[...scale.ticks.map(numberText), String(layers)].map((word) => widthOf(word, SIZE))) + 12;
  const steps = Math.max(...chart.boosters.map(({ from, to }) => widthOf(`${from} to ${to}`, SIZE)));
  const room = { width, left, right: steps / 2, steps };
  const absent = chart.boosters.length - norms.length;
  return {
    blocks: [drawBars(chart, scale, room), drawGrid(chart, layers, room)],
    notes: absent === 0 ? [] : [`${absent} of ${chart.boosters.length} norms are not drawn: no finite number.`],
  };
}

const isNorm = (norm: number): boolean => norm >= 0 && isDrawable(norm, 'linear');

/** From 0. */
interface NormScale {
  readonly highest: number;
  readonly ticks: readonly number[];
}

interface Room {
  readonly width: number;
  readonly left: number;
  readonly right: number;
  /** Of the widest words below a booster. */
  readonly steps: number;
}

/** Boosters are numbered from 1, half a booster to each side. */
const columnsOf = ({ boosters }: PipelineChart) => ({
  type: 'linear' as const,
  domain: [0.5, boosters.length + 0.5],
  axis: null,
});

/** From the middle of one booster to that of the next, in pixels. */
const columnWidth = ({ boosters }: PipelineChart, { width, left, right }: Room): number =>
  (width - left - right) / boosters.length;

/** Between neighbours, where they are wide enough to have something between them. */
const gapOf = (pixels: number): number => (pixels >= 4 ? 0.5 : 0);

function drawBars(chart: PipelineChart, scale: NormScale, room: Room): Block {
  const bars = chart.boosters.flatMap(({ norm, from, to, layers }, i) => {
    const title = `booster ${i + 1}, steps ${from} to ${to}, layers ${layers.join(', ')}: norm ${numberText(norm)}`;
    return isNorm(norm) ? [{ from: i + 0.5, to: i + 1.5, zero: 0, norm, title }] : [];
  });
  const gap = gapOf(columnWidth(chart, room));
  const heading = paragraph('Frobenius norm of what was merged', room.width, { size: SIZE });
  const height = BARS + SIZE;
  const picture = plotted({
    ...{ width: room.width, height, marginLeft: room.left, marginRight: room.right, marginTop: SIZE, marginBottom: 0 },
    x: columnsOf(chart),
    y: { type: 'linear', domain: [0, scale.highest], axis: null },
    marks: [
      Plot.gridY(scale.ticks, { strokeOpacity: 0.12, className: 'grid' }),
      Plot.axisY(scale.ticks, {
        ...{ text: (tick: number) => numberText(tick), label: null, fontSize: SIZE, tickSize: 4, tickPadding: 3 },
        className: 'y-ticks',
      }),
      Plot.rect(bars, {
        ...{ x1: 'from', x2: 'to', y1: 'zero', y2: 'norm', title: 'title', fill: COLOURS[1], className: 'norm' },
        ...{ insetLeft: gap, insetRight: gap },
      }),
    ],
  });
  return { markup: `${heading.markup}\n${moved(0, heading.height, picture.markup)}`, height: heading.height + height };
}

function drawGrid(chart: PipelineChart, layers: number, room: Room): Block {
  const row = Math.min(HIGHEST_ROW, Math.max(LOWEST_ROW, USUAL_GRID / layers));
  const cells = chart.boosters.flatMap((booster, i) =>
    booster.layers.map((layer) => ({ from: i + 0.5, to: i + 1.5, low: layer - 0.5, high: layer + 0.5 })),
  );
  const [columnGap, rowGap] = [gapOf(columnWidth(chart, room)), gapOf(row)];
  const heading = paragraph('layer, from 0', room.width, { size: SIZE });
  const foot = 3 * lineHeight(SIZE) + 8;
  const height = row * layers + 4 + foot;
  const layerTicks = everyNth(layers, Math.ceil((1.2 * SIZE) / row));
  const words = { label: null, fontSize: SIZE, tickSize: 4, tickPadding: 3 };
  const picture = plotted({
    ...{ width: room.width, height, marginLeft: room.left, marginRight: room.right, marginTop: 4, marginBottom: foot },
    x: columnsOf(chart),
    y: { type: 'linear', domain: [-0.5, layers - 0.5], axis: null },
    marks: [
      Plot.axisY(layerTicks, { ...words, text: (layer: number) => String(layer), className: 'y-ticks' }),
      Plot.axisX(boosterTicks(chart, room), {
        ...{ ...words, text: (number: number) => boosterText(chart, number), className: 'x-ticks' },
      }),
      Plot.frame({ stroke: 'currentColor', strokeOpacity: 0.25, className: 'frame' }),
      Plot.rect(cells, {
        ...{ x1: 'from', x2: 'to', y1: 'low', y2: 'high', fill: COLOURS[0], className: 'drawn' },
        ...{ insetLeft: columnGap, insetRight: columnGap, insetTop: rowGap, insetBottom: rowGap },
      }),
    ],
  });
  const middle = (room.left + room.width - room.right) / 2;
  const label = lettering(['booster, and its steps'], { x: middle, y: height - 4, size: SIZE, anchor: 'middle' });
  return {
    markup: [heading.markup, moved(0, heading.height, picture.markup, label)].join('\n'),
    height: heading.height + height,
  };
}

function everyNth(count: number, least: number): number[] {
  const step = roundStep(Math.max(1, least));
  return Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
}

/** `4`, and below it `24 to 32` */
function boosterText({ boosters }: PipelineChart, number: number): string {
  const booster = boosters[number - 1];
  return booster === undefined ? '' : `${number}\n${booster.from} to ${booster.to}`;
}

/** The first, and those at round numbers whose words fit. */
function boosterTicks(chart: PipelineChart, room: Room): number[] {
  const apart = (room.steps + SIZE) / columnWidth(chart, room);
  const step = roundStep(Math.max(1, apart));
  const round = Array.from({ length: Math.floor(chart.boosters.length / step) }, (_, i) => (i + 1) * step);
  return [1, ...round.filter((number) => number - 1 >= apart)];
}
