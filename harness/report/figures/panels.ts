// A chart of panels: beside each other as far as there is room, one legend for all, and a small panel in a corner of the first.
import type { Panel, PlotChart } from './chart.ts';
import { drawLegend, entriesOf, namesItself } from './legend.ts';
import { type DrawnPanel, drawPanel } from './panel.ts';
import { type Box, overlap } from './placed-labels.ts';
import { type Block, type Drawing, element, moved, PAPER } from './svg.ts';

const NARROWEST_PANEL = 310;
const BETWEEN = 22;
const SIZE = 11;
const SMALL = 9;

export function drawPanels({ panels, inset }: PlotChart, width: number): Drawing {
  const all = inset === null ? panels : [...panels, inset];
  const entries = entriesOf(all);
  const places = new Map(entries.map(({ name }, index) => [name, index]));
  const indexOf = (name: string): number => places.get(name) ?? 0;
  const [first, ...others] = panels;
  const held = first === undefined || inset === null ? null : withInset(first, inset, { width, indexOf });
  const beside = held === null ? all : others;
  const columns = Math.max(1, Math.min(beside.length, Math.floor((width + BETWEEN) / (NARROWEST_PANEL + BETWEEN))));
  const own = (width - (columns - 1) * BETWEEN) / columns;
  const look = { width: own, fieldHeight: Math.min(280, Math.max(150, 0.55 * own)), size: SIZE, indexOf };
  const drawn = beside.map((panel) => drawPanel(panel, look));
  const undrawn = drawn.reduce((sum, panel) => sum + panel.undrawn, held?.undrawn ?? 0);
  return {
    blocks: [
      ...(namesItself(all) ? [] : [drawLegend(entries, width, SIZE)]),
      ...(held?.blocks ?? []),
      ...rowsOf(drawn, columns, own),
    ],
    notes: undrawn === 0 ? [] : [undrawnNote(undrawn)],
  };
}

function undrawnNote(count: number): string {
  const subject = count === 1 ? '1 point is' : `${count} points are`;
  return `${subject} not drawn: no finite number, or none that a logarithmic axis has a place for.`;
}

function rowsOf(drawn: readonly DrawnPanel[], columns: number, width: number): Block[] {
  return Array.from({ length: Math.ceil(drawn.length / columns) }, (_, row) => {
    const members = drawn.slice(row * columns, (row + 1) * columns);
    return {
      markup: members.map(({ markup }, i) => moved(i * (width + BETWEEN), 0, markup)).join('\n'),
      height: Math.max(...members.map(({ height }) => height)),
    };
  });
}

interface Held {
  readonly blocks: readonly Block[];
  readonly undrawn: number;
}

/** The panel, as wide as there is room, with the other in the first corner that holds nothing; below it where none does. */
function withInset(
  panel: Panel,
  inset: Panel,
  { width, indexOf }: { readonly width: number; readonly indexOf: (name: string) => number },
): Held {
  const large = drawPanel(panel, { width, fieldHeight: Math.min(420, 0.6 * width), size: SIZE, indexOf });
  const own = 0.42 * width;
  const small = drawPanel(inset, { width: own, fieldHeight: 0.2 * width, size: SMALL, indexOf });
  const undrawn = large.undrawn + small.undrawn;
  const frame = { width: own + 2 * SMALL, height: small.height + SMALL };
  const corner = cornersOf(large.field, frame).find((box) => !large.taken.some((taken) => overlap(box, taken)));
  if (corner === undefined) return { blocks: [large, small], undrawn };
  const look = { class: 'paper', fill: PAPER, stroke: 'currentColor', 'stroke-opacity': 0.4 };
  const content = moved(SMALL, SMALL / 2, small.markup);
  const picture = moved(corner.left, corner.top, element('rect', { ...frame, ...look }), content);
  return { blocks: [{ markup: `${large.markup}\n${picture}`, height: large.height }], undrawn };
}

const FROM_EDGE = 6;

function cornersOf(field: Box, { width, height }: { readonly width: number; readonly height: number }): Box[] {
  const lefts = [field.right - FROM_EDGE - width, field.left + FROM_EDGE];
  const tops = [field.bottom - FROM_EDGE - height, field.top + FROM_EDGE];
  return tops
    .flatMap((top) => lefts.map((left) => ({ left, top, right: left + width, bottom: top + height })))
    .filter((box) => box.left >= field.left && box.top >= field.top);
}
