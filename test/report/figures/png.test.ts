// Figures as PNG: as large as was asked, with the figure on it, and refused where words would be missing.
import { Resvg } from '@resvg/resvg-js';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../harness/contracts/input-error.ts';
import { drawSvg } from '../../../harness/report/figures/draw.ts';
import { pngOf } from '../../../harness/report/figures/png.ts';
import { at, chartOf, panelOf, seriesOf } from './charts.ts';

const svg = drawSvg(chartOf([panelOf([seriesOf('a', [at(1, 1), at(2, 2)], true)])]));
const [, width = '', height = ''] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];

interface Pixels {
  readonly width: number;
  readonly height: number;
  /** How many pixels have a colour. */
  readonly colours: ReadonlyMap<string, number>;
}

/** Decoded by showing it as an image. */
function decoded(png: Uint8Array): Pixels {
  const head = new DataView(png.buffer, png.byteOffset);
  const [wide, high] = [head.getUint32(16), head.getUint32(20)];
  const data = Buffer.from(png).toString('base64');
  const holder = `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}"><image width="${wide}" height="${high}" href="data:image/png;base64,${data}"/></svg>`;
  const { pixels } = new Resvg(holder).render();
  const colours = new Map<string, number>();
  for (let i = 0; i < pixels.length; i += 4) {
    const colour = `#${pixels.subarray(i, i + 3).toString('hex')}`;
    colours.set(colour, (colours.get(colour) ?? 0) + 1);
  }
  return { width: wide, height: high, colours };
}

describe('a figure as PNG', () => {
  test.each([1, 2, 3])('is %i times as large as its SVG', (scale) => {
    const { width: wide, height: high } = decoded(pngOf(svg, scale));
    expect([wide, high]).toEqual([Number(width) * scale, Number(height) * scale]);
  });

  test('shows paper, ink and the colour of its series', () => {
    const { colours } = decoded(pngOf(svg));
    for (const colour of ['#ffffff', '#222222', '#0072b2'])
      expect(colours.get(colour) ?? 0, colour).toBeGreaterThan(20);
  });

  test('shows words', () => {
    const dark = (text: string) => {
      const bare = drawSvg(chartOf([], { title: text, caption: '' }));
      return decoded(pngOf(bare)).colours.get('#222222') ?? 0;
    };
    expect(dark('WWWWWWWWWWWWWWWWWWWW')).toBeGreaterThan(dark('') + 200);
  });

  test('is refused in one line where no font is installed', () => {
    const make = () => pngOf(svg, 1, false);
    expect(make).toThrow(InputError);
    expect(make).toThrow(/^PNG: no font is installed[^\n]*$/);
  });
});
