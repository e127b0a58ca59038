// The figure of results/performance has the numbers of its results.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { drawSvg } from '../../harness/report/figures/draw.ts';
import { type MeasuredCase, ratioChart } from '../../scripts/performance-figure.ts';

const folder = new URL('../../results/performance/', import.meta.url);
const read = (name: string) => readFileSync(fileURLToPath(new URL(name, folder)), 'utf8');
const { comparisons, versions }: { comparisons: MeasuredCase[]; versions: string } = JSON.parse(read('results.json'));
const chart = ratioChart(comparisons, versions);

test('time and memory are those of the table', () => {
  const rows = read('tables.md')
    .split('\n')
    .filter((line) => line.startsWith('| ') && !/^\| (case|-)/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const [time, memory] = chart.panels[0]?.series ?? [];
  expect(time?.points.map(({ x, text }) => [x, text])).toEqual(rows.map((cells) => [cells[1], cells[5]]));
  expect(memory?.points.map(({ x, text }) => [x, text])).toEqual(rows.map((cells) => [cells[1], cells[8]]));
});

test('a ratio lies within those of its rounds', () => {
  for (const { y, low, high } of chart.panels[0]?.series.flatMap(({ points }) => points) ?? []) {
    expect(y).toBeGreaterThanOrEqual(low ?? Number.NaN);
    expect(y).toBeLessThanOrEqual(high ?? Number.NaN);
  }
});

test('the committed figure is drawn from the committed results', () => {
  expect(read('ratios.svg')).toBe(drawSvg(chart));
});
