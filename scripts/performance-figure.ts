// The picture of results/performance: time and memory of each case as a share of PyTorch + PEFT's.
import type { Comparison } from './performance.ts';

const ROW = 46;
const LEFT = 190;
const SCALE = 360;

export function ratioFigure(comparisons: readonly Comparison[]): string {
  const height = 60 + comparisons.length * ROW;
  const rows = comparisons.flatMap(({ name, milliseconds, peakMegabytes }, i) => {
    const top = 44 + i * ROW;
    return [
      `<text x="${LEFT - 10}" y="${top + 20}" text-anchor="end">${name.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`,
      bar(top, milliseconds.ours / milliseconds.peer, '#3b6ea5', 'time'),
      bar(top + 17, peakMegabytes.ours / peakMegabytes.peer, '#c8553d', 'memory'),
    ];
  });
  const one = LEFT + SCALE;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${LEFT + SCALE * 1.4}" height="${height}" font-family="sans-serif" font-size="12">`,
    '<rect width="100%" height="100%" fill="white"/>',
    `<text x="${LEFT}" y="20">share of PyTorch + PEFT (1.0: the same)</text>`,
    ...rows,
    `<line x1="${one}" y1="34" x2="${one}" y2="${height - 14}" stroke="#555" stroke-dasharray="4 3"/>`,
    '</svg>\n',
  ].join('\n');
}

function bar(y: number, ratio: number, colour: string, what: string): string {
  const width = (ratio * SCALE).toFixed(1);
  const label = `${ratio.toFixed(2)} ${what}`;
  return `<rect x="${LEFT}" y="${y}" width="${width}" height="14" fill="${colour}"/><text x="${LEFT + 6}" y="${y + 11}" fill="white">${label}</text>`;
}
