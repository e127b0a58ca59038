// Which look is which series' or level's, in rows as wide as there is room.
import * as Plot from '@observablehq/plot';
import type { Panel } from './chart.ts';
import { symbolMark } from './marks.ts';
import { plotted } from './plotted.ts';
import { styleOf } from './styles.ts';
import { type Block, lettering } from './svg.ts';
import { linesOf, widthOf } from './text-lines.ts';

/** A name, and what stands for it in the panels. */
export interface Entry {
  readonly name: string;
  readonly line: boolean;
  readonly symbol: boolean;
  readonly band: boolean;
}

/** A name once: series that have points in the order of the panels, then levels. */
export function entriesOf(panels: readonly Panel[]): Entry[] {
  const entries = new Map<string, Entry>();
  const add = (entry: Entry): void => {
    const { name, line, symbol, band } = entry;
    const known = entries.get(name);
    if (known === undefined) entries.set(name, entry);
    else
      entries.set(name, { name, line: line || known.line, symbol: symbol || known.symbol, band: band || known.band });
  };
  for (const { series } of panels) {
    const drawn = series.filter(({ points }) => points.length > 0);
    for (const { name, joined, symbols } of drawn) add({ name, line: joined, symbol: symbols !== false, band: false });
  }
  for (const { levels } of panels) {
    for (const { name, low, high } of levels)
      add({ name, line: true, symbol: false, band: low !== null || high !== null });
  }
  return [...entries.values()];
}

/** Whether rows already name every series. */
export function namesItself(panels: readonly Panel[]): boolean {
  return panels.every(
    ({ x, series, levels }) =>
      x.scale === 'category' &&
      levels.length === 0 &&
      series.every(({ name, points }) => points.every((point) => String(point.x) === name)),
  );
}

const SAMPLE = 30;
const GAP = 8;

/** The place of an entry in the list decides its look. */
export function drawLegend(entries: readonly Entry[], width: number, size: number): Block {
  const lineHeight = Math.round(1.7 * size);
  const placed = placedEntries(entries, width, size);
  const rows = 1 + Math.max(-1, ...placed.map(({ row }) => row));
  const height = rows * lineHeight;
  if (placed.length === 0) return { markup: '', height: 0 };
  const middle = (row: number) => (row + 0.5) * lineHeight;
  const samples = placed.flatMap(({ entry, index, x, row }) => {
    const { colour, dashes } = styleOf(index);
    const line = { from: x, to: x + SAMPLE, y: middle(row) };
    const band = { x1: x, x2: x + SAMPLE, y1: middle(row) - 0.4 * size, y2: middle(row) + 0.4 * size };
    const stroke = { stroke: colour, strokeWidth: 1.8, ...(dashes !== null && { strokeDasharray: dashes }) };
    const spot = { x: x + SAMPLE / 2, y: middle(row), title: entry.name };
    return [
      Plot.rect(entry.band ? [band] : [], { x1: 'x1', x2: 'x2', y1: 'y1', y2: 'y2', fill: colour, fillOpacity: 0.13 }),
      Plot.ruleY(entry.line ? [line] : [], { y: 'y', x1: 'from', x2: 'to', ...stroke }),
      symbolMark(entry.symbol ? [spot] : [], index, styleOf(index), 0.4 * size),
    ];
  });
  const picture = plotted({
    ...{ width, height, margin: 0 },
    x: { type: 'linear', domain: [0, width], range: [0, width], axis: null },
    y: { type: 'linear', domain: [0, height], range: [0, height], axis: null },
    marks: samples,
  });
  const words = placed.map(({ words: text, x, row }) =>
    lettering([text], { x: x + SAMPLE + GAP, y: middle(row) + 0.36 * size, size, anchor: 'start' }),
  );
  return { markup: [picture.markup, ...words].join('\n'), height };
}

interface PlacedEntry {
  readonly entry: Entry;
  readonly index: number;
  readonly words: string;
  readonly x: number;
  readonly row: number;
}

function placedEntries(entries: readonly Entry[], width: number, size: number): PlacedEntry[] {
  let [x, row] = [0, 0];
  return entries.map((entry, index) => {
    const [words = ''] = linesOf(entry.name, size, width - SAMPLE - GAP, 1);
    const own = SAMPLE + GAP + widthOf(words, size);
    if (x > 0 && x + own > width) [x, row] = [0, row + 1];
    const placed = { entry, index, words, x, row };
    x += own + 2 * GAP;
    return placed;
  });
}
