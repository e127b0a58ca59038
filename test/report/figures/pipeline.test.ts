// A boosting run as a picture: a cell for each layer of each booster, and a bar as long as what was merged.
import { describe, expect, test } from 'vitest';
import type { PipelineChart } from '../../../harness/report/figures/chart.ts';
import { drawSvg } from '../../../harness/report/figures/draw.ts';
import { ofClass, type Shape, shapesOf } from './read-svg.ts';

function chartOf(boosters: PipelineChart['boosters'], layers: number): PipelineChart {
  return { kind: 'pipeline', name: 'pipeline', title: 'A run', caption: '', layers, boosters, notes: [] };
}

const sizeOf = ({ attributes }: Shape) => ({ width: Number(attributes.width), height: Number(attributes.height) });

describe('a run of three boosters', () => {
  const boosters = [
    { layers: [0, 3], from: 0, to: 8, norm: 2 },
    { layers: [1, 3], from: 8, to: 16, norm: 1 },
    { layers: [2], from: 16, to: 20, norm: 0.5 },
  ];
  const shapes = shapesOf(drawSvg(chartOf(boosters, 4)));
  const cells = ofClass(shapes, 'drawn');
  const ticks = (axis: string) => ofClass(shapes, axis).filter(({ tag }) => tag === 'text');

  test('has a cell for each layer that was drawn, in the column of its booster and the row of its layer', () => {
    expect(cells).toHaveLength(5);
    const columns = new Map(ticks('x-ticks').map((tick) => [Number.parseInt(tick.words, 10), tick.x]));
    const rows = new Map(
      ticks('y-ticks')
        .slice(-4)
        .map((tick) => [Number(tick.words), tick.y]),
    );
    const places = boosters.flatMap(({ layers }, i) => layers.map((layer) => ({ booster: i + 1, layer })));
    for (const [i, { booster, layer }] of places.entries()) {
      const cell = cells[i] as Shape;
      const { width, height } = sizeOf(cell);
      expect(Math.abs(cell.x + width / 2 - (columns.get(booster) ?? Number.NaN))).toBeLessThan(1);
      expect(Math.abs(cell.y + height / 2 - (rows.get(layer) ?? Number.NaN))).toBeLessThan(1);
    }
  });

  test('has bars in proportion to the norms', () => {
    const [first, second, third] = ofClass(shapes, 'norm')
      .filter(({ tag }) => tag === 'rect')
      .map((bar) => sizeOf(bar).height);
    expect((first ?? 0) / (second ?? 1)).toBeCloseTo(2, 1);
    expect((first ?? 0) / (third ?? 1)).toBeCloseTo(4, 1);
  });

  test('says of a bar which steps and layers it is of', () => {
    expect(ofClass(shapes, 'norm')[0]?.title).toBe('booster 1, steps 0 to 8, layers 0, 3: norm 2');
    expect(ticks('x-ticks').map(({ words }) => words)).toEqual(['1 0 to 8', '2 8 to 16', '3 16 to 20']);
  });
});

test.each([
  [12, 40],
  [32, 120],
  [40, 200],
])('%i layers by %i boosters can be seen', (layers, count) => {
  const boosters = Array.from({ length: count }, (_, i) => ({
    ...{ layers: [i % layers, (i * 7 + 3) % layers], from: 8 * i, to: 8 * i + 8, norm: 1 + (i % 5) },
  }));
  const shapes = shapesOf(drawSvg(chartOf(boosters, layers)));
  for (const cell of ofClass(shapes, 'drawn')) {
    expect(sizeOf(cell).width).toBeGreaterThan(2.5);
    expect(sizeOf(cell).height).toBeGreaterThan(4);
  }
  const ticks = ofClass(shapes, 'x-ticks')
    .filter(({ tag }) => tag === 'text')
    .map(({ x }) => x);
  expect(ticks.length).toBeGreaterThan(4);
  for (const [i, x] of ticks.slice(1).entries()) expect(x - (ticks[i] ?? 0)).toBeGreaterThan(40);
});

test('norms that are no numbers are counted', () => {
  const svg = drawSvg(chartOf([{ layers: [0], from: 0, to: 8, norm: Number.POSITIVE_INFINITY }], 2));
  expect(svg).toContain('1 of 1 norms are not drawn: no finite number.');
});
