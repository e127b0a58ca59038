// A run's losses as a line.
import { svg } from './dom.ts';

const [WIDTH, HEIGHT, LEFT, MARGIN] = [640, 150, 56, 12];

export function lossLine(losses: readonly number[]): SVGSVGElement {
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  const x = (index: number) => LEFT + (index / (losses.length - 1)) * (WIDTH - LEFT - MARGIN);
  const y = (loss: number) => HEIGHT - MARGIN - ((loss - low) / (high - low || 1)) * (HEIGHT - 2 * MARGIN);
  const points = losses.map((loss, index) => `${x(index).toFixed(1)},${y(loss).toFixed(1)}`).join(' ');
  const [first = 0, last = 0] = [losses[0], losses.at(-1)];
  const label = `Loss from ${first} at the beginning to ${last} at the end, between ${low} and ${high}.`;
  const tick = (loss: number) =>
    svg(
      'text',
      { x: String(LEFT - 8), y: y(loss).toFixed(1), class: 'tick', 'text-anchor': 'end' },
      loss.toPrecision(3),
    );
  return svg(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label, class: 'chart' },
    svg('line', {
      x1: String(LEFT),
      x2: String(WIDTH - MARGIN),
      y1: y(low).toFixed(1),
      y2: y(low).toFixed(1),
      class: 'grid',
    }),
    svg('line', {
      x1: String(LEFT),
      x2: String(WIDTH - MARGIN),
      y1: y(high).toFixed(1),
      y2: y(high).toFixed(1),
      class: 'grid',
    }),
    svg('polyline', { points, class: 'loss' }),
    tick(low),
    ...(high > low ? [tick(high)] : []),
  );
}
