// The picture of a study's results: quality by task and method, as SVG.
import type { Row, Summary } from './aggregate.ts';

const PANEL = { width: 240, left: 110, top: 34, gap: 30 };
const COLOURS = ['#3b6ea5', '#c8553d', '#3a8f5c', '#8a5aa8', '#b8860b', '#555555'];

/** A panel a model and task; a dot a method (mean over seeds), a bar for one sample deviation each way. */
export function qualityFigure({ rows }: Summary): string {
  const labels = [...new Set(rows.map(({ label }) => label))];
  const panels = panelsOf(rows);
  const step = PANEL.width + PANEL.gap;
  const width = PANEL.left + panels.length * step;
  const height = PANEL.top + labels.length * 34 + 44;
  const names = labels.map((label, i) => text(PANEL.left - 14, rowAt(i) + 4, label, 'end'));
  const body = panels.map((panel, i) => drawPanel(panel, labels, PANEL.left + i * step));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="white"/>',
    ...names,
    ...body.flat(),
    '</svg>\n',
  ].join('\n');
}

/** Rows come model by model, then method by method. */
function panelsOf(rows: readonly Row[]): Row[][] {
  const models = [...new Set(rows.map(({ model }) => model))];
  return models.flatMap((model) => {
    const own = rows.filter((row) => row.model === model);
    return [...new Set(own.map(({ task }) => task))].map((task) => own.filter((row) => row.task === task));
  });
}

const rowAt = (index: number) => PANEL.top + 20 + index * 34;

function drawPanel(rows: readonly Row[], labels: readonly string[], left: number): string[] {
  const low = Math.min(0, ...rows.map((row) => (row.quality.mean.value ?? 0) - (row.quality.deviation.value ?? 0)));
  const x = (value: number) => left + ((value - low) / (1 - low)) * PANEL.width;
  const bottom = rowAt(labels.length - 1) + 18;
  const first = rows[0];
  const ticks = [low, 0, 0.5, 1].filter((tick, i, all) => all.indexOf(tick) === i);
  return [
    text(left, PANEL.top - 12, `${first?.task ?? ''} (${first?.metric ?? 'no run'})`, 'start'),
    `<line x1="${left}" y1="${bottom}" x2="${left + PANEL.width}" y2="${bottom}" stroke="#999"/>`,
    ...ticks.map((tick) => text(x(tick), bottom + 16, tick === 0 ? '0' : tick.toFixed(1), 'middle')),
    ...rows.flatMap((row) => drawRow(row, x, rowAt(labels.indexOf(row.label)), labels.indexOf(row.label))),
  ];
}

function drawRow(
  { quality: { mean, deviation } }: Row,
  x: (value: number) => number,
  y: number,
  index: number,
): string[] {
  if (mean.value === null) return [];
  const colour = COLOURS[index % COLOURS.length];
  const spread = deviation.value ?? 0;
  const [from, to] = [mean.value - spread, Math.min(1, mean.value + spread)].map((value) => x(value).toFixed(1));
  return [
    `<line x1="${from}" y1="${y}" x2="${to}" y2="${y}" stroke="${colour}" stroke-width="2"/>`,
    `<circle cx="${x(mean.value).toFixed(1)}" cy="${y}" r="5" fill="${colour}"/>`,
    text(x(mean.value), y - 9, mean.value.toFixed(3), 'middle'),
  ];
}

function text(x: number, y: number, content: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x.toFixed(1)}" y="${y}" text-anchor="${anchor}">${escaped(content)}</text>`;
}

/** As XML's character data: without the characters that XML has no way to write. */
function escaped(content: string): string {
  return content
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(UNWRITABLE, '\ufffd');
}

const UNWRITABLE = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
