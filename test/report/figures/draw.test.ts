// What is drawn stands where the axes say, can be told apart without colour, and is the same each time.
import { describe, expect, test } from 'vitest';
import { drawSvg } from '../../../harness/report/figures/draw.ts';
import { COLOURS, styleOf } from '../../../harness/report/figures/styles.ts';
import { widthOf } from '../../../harness/report/figures/text-lines.ts';
import { at, chartOf, panelOf, seriesOf } from './charts.ts';
import { numberOf, ofClass, scaleOf, type Shape, shapesOf } from './read-svg.ts';

/** Pixels: numbers are rounded to hundredths. */
const NEAR = 0.1;

function expectAt(shape: Shape | undefined, x: number, y: number): void {
  expect(Math.abs((shape?.x ?? Number.NaN) - x)).toBeLessThan(NEAR);
  expect(Math.abs((shape?.y ?? Number.NaN) - y)).toBeLessThan(NEAR);
}

describe('points', () => {
  const cases = [
    { x: 'linear', y: 'linear', points: [at(-3, 0.25), at(0, 0.5), at(12.5, -0.125)] },
    { x: 'log', y: 'linear', points: [at(1e-4, 0.7), at(5e-4, 0.8), at(1e-2, 0.75)] },
    { x: 'linear', y: 'log', points: [at(1, 0.003), at(2, 40), at(3, 12345)] },
    { x: 'log', y: 'log', points: [at(200, 2), at(300, 2.5), at(400, 3)] },
    { x: 'log', y: 'linear', points: [at(27_648, 0.91), at(1_250_000, 0.93), at(7_300_000_000, 0.94)] },
    { x: 'linear', y: 'linear', points: [at(5, 0.5)] },
  ] as const;
  test.each(cases)('stand where the ticks say: $x and $y, $points.length', ({ x, y, points }) => {
    const shapes = shapesOf(drawSvg(chartOf([panelOf([seriesOf('a', points)], { x, y })])));
    const [across, up] = [scaleOf(shapes, 'x', x), scaleOf(shapes, 'y', y)];
    const drawn = ofClass(shapes, 'point', 's0').slice(1);
    expect(drawn).toHaveLength(points.length);
    for (const [i, point] of points.entries()) expectAt(drawn[i], across(Number(point.x)), up(point.y));
  });

  test('have their intervals from end to end, and say it in words', () => {
    const points = [at(1, 0.5, { low: 0.25, high: 0.625 }), at(2, 0.75, { low: 0.75, high: 1 })];
    const shapes = shapesOf(drawSvg(chartOf([panelOf([seriesOf('lora', points)])])));
    const [across, up] = [scaleOf(shapes, 'x', 'linear'), scaleOf(shapes, 'y', 'linear')];
    const drawn = ofClass(shapes, 'interval');
    expect(drawn).toHaveLength(2);
    for (const [i, { x, low, high }] of points.entries()) {
      const own = drawn[i];
      expect(Math.abs((own?.x ?? Number.NaN) - across(x as number))).toBeLessThan(NEAR);
      const top = (own?.y ?? Number.NaN) - Number(own?.attributes.y1);
      const ends = [own?.attributes.y1, own?.attributes.y2].map((end) => top + Number(end)).sort((a, b) => a - b);
      expect(Math.abs((ends[0] ?? Number.NaN) - up(high ?? Number.NaN))).toBeLessThan(NEAR);
      expect(Math.abs((ends[1] ?? Number.NaN) - up(low ?? Number.NaN))).toBeLessThan(NEAR);
    }
    expect(ofClass(shapes, 'cap')).toHaveLength(4);
    expect(ofClass(shapes, 'point', 's0').at(1)?.title).toBe('lora: 0.5 (0.25 to 0.625) at 1');
  });

  test('of categories stand in the row of their name, at their value', () => {
    const points = [at('a long name of a method', 0.5, { low: 0.4, high: 0.6 }), at('b', 0.75), at('c', 0.25)];
    const shapes = shapesOf(drawSvg(chartOf([panelOf([seriesOf('all', points)], { x: 'category' })])));
    const across = scaleOf(shapes, 'x', 'linear');
    const names = ofClass(shapes, 'y-ticks').filter(({ tag }) => tag === 'text');
    const drawn = ofClass(shapes, 'point', 's0').slice(1);
    expect(names.map(({ words }) => words)).toEqual(['a long name of a method', 'b', 'c']);
    for (const [i, { y }] of points.entries()) expectAt(drawn[i], across(y), names[i]?.y ?? Number.NaN);
  });

  test('of several series in one row stand beside each other', () => {
    const shapes = shapesOf(
      drawSvg(chartOf([panelOf([seriesOf('a', [at('row', 1)]), seriesOf('b', [at('row', 1)])], { x: 'category' })])),
    );
    const [a, b] = ['s0', 's1'].map((place) => ofClass(shapes, 'point', place).at(-1));
    expect((b?.y ?? 0) - (a?.y ?? 0)).toBeGreaterThan(8);
  });

  test('that no axis has a place for are counted, and leave a gap in their line', () => {
    const points = [at(1, 5), at(2, 0), at(3, 7), at(4, Number.NaN), at(5, Number.POSITIVE_INFINITY), at(6, 2)];
    const svg = drawSvg(chartOf([panelOf([seriesOf('a', points, true)], { y: 'log' })]));
    const shapes = shapesOf(svg);
    expect(ofClass(shapes, 'point').filter(({ y }) => y > 100)).toHaveLength(3);
    expect(ofClass(shapes, 'line')[0]?.attributes.d?.match(/M/g)).toHaveLength(3);
    expect(svg).toContain('3 points are not drawn: no finite number, or none that a logarithmic axis has a place for.');
    expect(svg).not.toMatch(/<[^>]*(NaN|Infinity|undefined)/);
  });

  test('without any, the panel says so', () => {
    for (const panel of [panelOf([]), panelOf([seriesOf('a', [])], { x: 'category' }), panelOf([], { y: 'log' })]) {
      expect(shapesOf(drawSvg(chartOf([panel]))).map(({ words }) => words)).toContain('nothing to draw');
    }
  });

  test('have their words beside them, none over another', () => {
    const points = Array.from({ length: 6 }, (_, i) => at(1 + i / 1000, 0.5 + i / 1000, { text: `method ${i}` }));
    const shapes = shapesOf(drawSvg(chartOf([panelOf([seriesOf('a', [at(0, 0), ...points, at(2, 1)])])])));
    const words = shapes.filter(({ tag, words: text }) => tag === 'text' && text.startsWith('method'));
    expect(words).toHaveLength(6);
    for (const [i, one] of words.entries()) {
      for (const other of words.slice(i + 1)) {
        const apart = Math.hypot(
          Number(one.attributes.x) - Number(other.attributes.x),
          Number(one.attributes.y) - Number(other.attributes.y),
        );
        expect(apart).toBeGreaterThan(8);
      }
    }
  });
});

test('a level goes through the whole panel at its height, with its band', () => {
  const level = { name: 'lora', y: 0.6, low: 0.5, high: 0.65 };
  const svg = drawSvg(chartOf([panelOf([seriesOf('a', [at(1, 0.4), at(2, 0.7)])], { levels: [level] })]));
  const shapes = shapesOf(svg);
  const up = scaleOf(shapes, 'y', 'linear');
  const [line, band] = [ofClass(shapes, 'level')[0], ofClass(shapes, 'band')[0]];
  expect(Math.abs((line?.y ?? Number.NaN) - up(0.6))).toBeLessThan(NEAR);
  expect(Math.abs((band?.y ?? Number.NaN) - up(0.65))).toBeLessThan(NEAR);
  expect(Math.abs(Number(band?.attributes.height) - (up(0.5) - up(0.65)))).toBeLessThan(NEAR);
  expect(Number(line?.attributes.x2) - Number(line?.attributes.x1)).toBeGreaterThan(400);
  expect(shapes.some(({ tag, words }) => tag === 'text' && words === 'lora')).toBe(true);
});

describe('without colour', () => {
  const lookOf = (shapes: readonly Shape[], place: string) =>
    ofClass(shapes, 'point', place)
      .slice(-1)
      .map(({ tag, attributes, classes }) => [tag, attributes.d ?? '', classes.includes('paper')].join());

  test('16 series have symbols of their own', () => {
    const names = Array.from({ length: 16 }, (_, i) => `m${i}`);
    const series = names.map((name, i) => seriesOf(name, [at(i, i)]));
    const shapes = shapesOf(drawSvg(chartOf([panelOf(series)])));
    const down = ofClass(shapes, 'point', 's5').at(-1);
    expect(down?.attributes.d).toBeDefined();
    const looks = names.flatMap((_name, i) => lookOf(shapes, `s${i}`));
    // The triangles differ by how they are turned.
    expect(new Set(looks).size).toBe(14);
    const { rotate } = styleOf(5);
    expect([rotate, styleOf(2).rotate]).toEqual([180, 0]);
  });

  test('80 joined series differ in symbol or dashes, and neighbours in both', () => {
    const looks = Array.from({ length: 80 }, (_none, i) => {
      const { colour: _, ...look } = styleOf(i);
      return look;
    });
    expect(new Set(looks.map((look) => JSON.stringify(look))).size).toBe(80);
    for (const [i, look] of looks.slice(1).entries()) {
      expect(look.dashes).not.toBe(looks[i]?.dashes);
      expect([look.symbol, look.rotate, look.filled]).not.toEqual([
        looks[i]?.symbol,
        looks[i]?.rotate,
        looks[i]?.filled,
      ]);
    }
  });

  test('lines of many points bear symbols, at other places than their neighbours', () => {
    const long = (name: string) =>
      seriesOf(
        name,
        Array.from({ length: 500 }, (_, i) => at(i, 1)),
        true,
      );
    const shapes = shapesOf(drawSvg(chartOf([panelOf([long('a'), long('b')])])));
    const [a, b] = ['s0', 's1'].map((place) =>
      ofClass(shapes, 'point', place)
        .slice(1)
        .map(({ x }) => x),
    );
    expect(a?.length).toBeGreaterThan(3);
    expect(a?.length).toBeLessThan(10);
    expect(a?.filter((x) => b?.includes(x))).toEqual([]);
  });
});

/** WCAG 2.2, relative luminance. */
function luminanceOf(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((i) => Number.parseInt(colour.slice(i, i + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test('the first colours stand out from white and from a dark page by 3 to 1', () => {
  for (const colour of COLOURS.slice(0, 4)) {
    expect(1.05 / (luminanceOf(colour) + 0.05)).toBeGreaterThan(3);
    expect((luminanceOf(colour) + 0.05) / (luminanceOf('#161616') + 0.05)).toBeGreaterThan(3);
  }
});

describe('a picture', () => {
  const chart = chartOf(
    [panelOf([seriesOf('lora', [at(1, 0.5, { text: '<b>' })]), seriesOf('xgblora', [at(2, 0.75)])]), panelOf([])],
    { name: 'a name', notes: ['full is not run.'] },
  );

  test('is the same text each time', () => {
    const first = drawSvg(chart);
    drawSvg(chartOf([panelOf([seriesOf('other', [at(1, 1)])])]));
    expect(drawSvg(chart)).toBe(first);
  });

  test('names itself to a screen reader', () => {
    const shapes = shapesOf(drawSvg(chart));
    const [root] = shapes;
    expect(root?.attributes.role).toBe('img');
    const ids = root?.attributes['aria-labelledby']?.split(' ') ?? [];
    const named = ids.map((id) => shapes.find(({ attributes, tag }) => attributes.id === id && tag !== 'svg')?.words);
    expect(named).toEqual(['A sample', 'Made by hand. full is not run.']);
  });

  test('has its words in it, or beside it', () => {
    const written = (svg: string) =>
      shapesOf(svg)
        .filter(({ tag }) => tag === 'text')
        .map(({ words }) => words);
    expect(written(drawSvg(chart))).toEqual(expect.arrayContaining(['A sample', 'Made by hand.', 'full is not run.']));
    const bare = written(drawSvg(chart, { words: false }));
    for (const words of ['A sample', 'Made by hand.', 'full is not run.']) expect(bare).not.toContain(words);
    expect(bare).toEqual(expect.arrayContaining(['lora', 'xgblora', '<b>']));
  });

  test('has panels beside each other as far as there is room, and below each other where there is none', () => {
    const axesOf = (width: number) =>
      shapesOf(drawSvg(chart, { width }))
        .filter(({ tag, words }) => tag === 'text' && words === 'panel')
        .map(({ attributes: _, ...shape }) => shape);
    const placesOf = (svg: string) => [...svg.matchAll(/translate\(([\d.]+),([\d.]+)\)/g)].length;
    expect(axesOf(720)).toHaveLength(2);
    const height = (width: number) => Number(shapesOf(drawSvg(chart, { width }))[0]?.attributes.height);
    expect(height(360)).toBeGreaterThan(height(720) + 100);
    expect(placesOf(drawSvg(chart))).toBeGreaterThan(2);
  });

  test('leaves colours of the page to the page', () => {
    const svg = drawSvg(chart);
    const fixed = [...svg.matchAll(/ (fill|stroke|color)="(#[^"]+)"/g)].map(([, key, colour]) => `${key} ${colour}`);
    const known = [
      'fill #ffffff',
      'stroke #ffffff',
      'color #222222',
      ...COLOURS.flatMap((each) => [`fill ${each}`, `stroke ${each}`]),
    ];
    expect(fixed.filter((each) => !known.includes(each))).toEqual([]);
    expect(svg).not.toMatch(/<style|<script|font-face|href|url\(/);
  });
});

describe('an inset', () => {
  const inset = panelOf([seriesOf('a', [at('a', 0.62)]), seriesOf('b', [at('b', 0.64)])], { x: 'category' });

  test('stands in a corner of the first panel that holds nothing', () => {
    const scattered = panelOf([seriesOf('a', [at(1, 1)]), seriesOf('b', [at(9, 9)])]);
    const shapes = shapesOf(drawSvg(chartOf([scattered], { inset })));
    const frames = shapes.filter(({ tag, classes }) => tag === 'rect' && classes.includes('paper'));
    const own = frames.find(({ attributes }) => attributes.stroke === 'currentColor');
    const [width, height] = [Number(own?.attributes.width), Number(own?.attributes.height)];
    const within = ({ x, y }: Shape) =>
      own !== undefined && x > own.x && x < own.x + width && y > own.y && y < own.y + height;
    expect(width).toBeGreaterThan(200);
    const points = ofClass(shapes, 'point').filter(({ title }) => title?.endsWith('at 1') || title?.endsWith('at 9'));
    expect(points.filter(within)).toEqual([]);
    expect(ofClass(shapes, 'point').filter(within)).toHaveLength(2);
  });

  test('stands below where every corner holds something', () => {
    const everywhere = [1, 5, 9].flatMap((x) => [1, 5, 9].map((y) => at(x, y)));
    const shapes = shapesOf(drawSvg(chartOf([panelOf([seriesOf('a', everywhere)])], { inset })));
    expect(shapes.some(({ tag, attributes }) => tag === 'rect' && attributes.stroke === 'currentColor')).toBe(false);
    const lowest = Math.max(
      ...ofClass(shapes, 'point')
        .filter(({ title }) => title?.endsWith('at 1'))
        .map(({ y }) => y),
    );
    for (const shape of ofClass(shapes, 'point').filter(({ title }) => title === 'b: 0.64 at b')) {
      expect(shape.y).toBeGreaterThan(lowest);
    }
  });
});

test('counts have no ticks between them', () => {
  const ticksOf = (points: readonly ReturnType<typeof at>[]) =>
    ofClass(shapesOf(drawSvg(chartOf([panelOf([seriesOf('a', points)])]))), 'x-ticks')
      .filter(({ tag }) => tag === 'text')
      .map(({ words }) => words);
  expect(ticksOf([at(1, 0.25), at(2, 0.5)])).toEqual(['1', '2']);
  expect(ticksOf([at(1, 0.25), at(1.5, 0.5)]).length).toBeGreaterThan(2);
});

test('words along an axis stay within the picture', () => {
  const label = 'many words that say what is drawn along this axis and in which unit it was measured on which machine';
  const panel = {
    ...panelOf([seriesOf('a', [at('a name of some length', 0.5)])], { x: 'category' }),
    y: { label, scale: 'linear' as const },
  };
  const shapes = shapesOf(drawSvg(chartOf([panel, panel])));
  const lines = shapes.filter(({ tag, attributes }) => tag === 'tspan' && attributes['text-anchor'] === 'middle');
  expect(lines.length).toBeGreaterThan(3);
  for (const { x, words } of lines) {
    // Of tspans x is within the whole picture where their groups are moved.
    expect(x + widthOf(words, 11) / 2).toBeLessThan(720);
  }
});

test('ticks are numbers that can be read back', () => {
  const shapes = shapesOf(drawSvg(chartOf([panelOf([seriesOf('a', [at(0, -2e-5), at(4e7, 3e-5)])])])));
  const ticks = [...ofClass(shapes, 'x-ticks'), ...ofClass(shapes, 'y-ticks')].filter(({ tag }) => tag === 'text');
  expect(ticks.length).toBeGreaterThan(6);
  expect(ticks.map(({ words }) => numberOf(words)).filter(Number.isNaN)).toEqual([]);
});
