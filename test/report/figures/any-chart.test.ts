// Whatever a chart holds, it is drawn as XML, within its width, the same each time.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type {
  Axis,
  Chart,
  Level,
  Panel,
  PipelineChart,
  PlotChart,
  Point,
  Series,
} from '../../../harness/report/figures/chart.ts';
import { drawSvg } from '../../../harness/report/figures/draw.ts';
import { ofClass, shapesOf } from './read-svg.ts';

const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '',
    ' ',
    '<script>alert(1)</script>',
    ']]>',
    '&amp;',
    '\u0000\u001b\ud800\uffff',
    'line\r\nend',
    '"\'`',
  ),
  fc.string({ maxLength: 400 }),
);
const value = fc.oneof(
  fc.double(),
  fc.double({ min: -1, max: 1, noNaN: true }),
  fc.constantFrom(0, -0, 1, 1 + 1e-15, 5e-324, 1.7e308, -1.7e308, 1e-300, Number.NaN, Number.POSITIVE_INFINITY),
);
const end = fc.option(value, { nil: null });
const point: fc.Arbitrary<Point> = fc.record({ x: fc.oneof(value, words), y: value, low: end, high: end, text: words });
const series: fc.Arbitrary<Series> = fc.record({
  ...{ name: words, points: fc.array(point, { maxLength: 12 }), joined: fc.boolean() },
});
const level: fc.Arbitrary<Level> = fc.record({ name: words, y: value, low: end, high: end });
const axis: fc.Arbitrary<Axis> = fc.record({
  ...{ label: words, scale: fc.constantFrom<Axis['scale']>('linear', 'log', 'category') },
});
const panel: fc.Arbitrary<Panel> = fc.record({
  ...{ title: words, x: axis, y: axis },
  ...{ series: fc.array(series, { maxLength: 4 }), levels: fc.array(level, { maxLength: 2 }) },
});
const plot: fc.Arbitrary<PlotChart> = fc.record({
  ...{ kind: fc.constant('plot' as const), name: words, title: words, caption: words },
  panels: fc.array(panel, { maxLength: 3 }),
  inset: fc.option(panel, { nil: null }),
  notes: fc.array(words, { maxLength: 2 }),
});
const pipeline: fc.Arbitrary<PipelineChart> = fc.record({
  ...{ kind: fc.constant('pipeline' as const), name: words, title: words, caption: words },
  layers: fc.integer({ min: 0, max: 40 }),
  boosters: fc.array(
    fc.record({
      layers: fc.array(fc.nat({ max: 39 }), { maxLength: 5 }),
      ...{ from: fc.nat({ max: 1e6 }), to: fc.nat({ max: 1e6 }), norm: value },
    }),
    { maxLength: 30 },
  ),
  notes: fc.array(words, { maxLength: 2 }),
});
const chart: fc.Arbitrary<Chart> = fc.oneof({ arbitrary: plot, weight: 3 }, pipeline);

test('any chart is drawn as XML that shows no value of the program, within its width', () => {
  fc.assert(
    fc.property(chart, fc.integer({ min: 300, max: 1000 }), (drawn, width) => {
      const svg = drawSvg(drawn, { width });
      const shapes = shapesOf(svg);
      expect(svg).not.toContain('<script');
      expect(svg).not.toMatch(/<[^>]*="[^"]*(NaN|Infinity|undefined|\[object)/);
      const outside = ofClass(shapes, 'point').filter(({ x }) => !(x >= 0 && x <= width));
      expect(outside).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

test('any chart is the same each time', () => {
  fc.assert(
    fc.property(chart, (drawn) => {
      expect(drawSvg(drawn)).toBe(drawSvg(drawn));
    }),
    { numRuns: 30 },
  );
});

test('words stand as they are, with a sign for what XML has no way to write', () => {
  const title = 'a<b> & "c" ]]>\u0001\ud800 ранг 低秩 \u{1f600} <script>';
  const svg = drawSvg({ ...{ kind: 'plot', name: 'n', title, caption: '', panels: [], inset: null }, notes: [] });
  const shown = 'a<b> & "c" ]]>\ufffd\ufffd ранг 低秩 \u{1f600} <script>';
  expect(shapesOf(svg).filter(({ words: text }) => text === shown).length).toBeGreaterThan(1);
});
