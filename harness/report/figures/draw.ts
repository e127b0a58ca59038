// A chart as an SVG document. Words are words, in the reader's own sans-serif font. Everything that is not a series' colour is
// `currentColor` or of the classes `paper` (filled) and `halo` (stroked), so that a page that holds the picture shows it dark:
//   figure svg { color: #eee } figure svg .paper { fill: #111 } figure svg .halo { stroke: #111 }
// A series' lines, points and bands are of the class s0, s1, ... of its place in the legend.
import type { Chart } from './chart.ts';
import { drawPanels } from './panels.ts';
import { drawPipeline } from './pipeline.ts';
import { element, escaped, INK, moved, PAPER, paragraph, stacked, writable } from './svg.ts';

export interface Look {
  /** Pixels; panels stand beside each other as far as there is room. */
  readonly width?: number;
  /** False where title, caption and notes stand beside the picture. */
  readonly words?: boolean;
}

const USUAL_WIDTH = 720;
const NARROWEST = 280;
const MARGIN = 14;

/** The same text for the same chart. Its ids come from the chart's name, which a page has once. */
export function drawSvg(chart: Chart, { width = USUAL_WIDTH, words = true }: Look = {}): string {
  const outer = Math.max(NARROWEST, Math.round(width));
  const inner = outer - 2 * MARGIN;
  const drawing = chart.kind === 'plot' ? drawPanels(chart, inner) : drawPipeline(chart, inner);
  const notes = drawing.notes.map((note) => paragraph(note, inner, { size: 11 }));
  const around = words
    ? {
        above: [paragraph(chart.title, inner, { size: 15, bold: true })],
        below: [chart.caption, ...chart.notes].map((text) => paragraph(text, inner, { size: 11 })),
      }
    : { above: [], below: [] };
  const blocks = [...around.above, ...drawing.blocks, ...around.below, ...notes].filter(({ height }) => height > 0);
  const body = stacked(blocks, 8);
  const height = Math.ceil(body.height + 2 * MARGIN);
  const id = `figure-${chart.name.replaceAll(/[^A-Za-z0-9_-]/g, '-')}`;
  const description = [chart.caption, ...chart.notes, ...drawing.notes].filter((text) => text !== '').join(' ');
  const svg = element(
    'svg',
    {
      ...{ xmlns: 'http://www.w3.org/2000/svg', width: outer, height, viewBox: `0 0 ${outer} ${height}` },
      ...{ role: 'img', 'aria-labelledby': `${id}-title ${id}-description` },
      ...{ 'font-family': 'sans-serif', color: INK, fill: 'currentColor', 'text-anchor': 'middle' },
    },
    `\n${element('title', { id: `${id}-title` }, escaped(chart.title))}`,
    `\n${element('desc', { id: `${id}-description` }, escaped(description))}`,
    `\n${element('rect', { class: 'paper', width: outer, height, fill: PAPER })}`,
    `\n${moved(MARGIN, MARGIN, body.markup)}\n`,
  );
  return writable(`${svg}\n`);
}
