// A drawn chart becomes a part of the page: what draws stays, what could run or reach out does not.
import { describe, expect, test } from 'vitest';
import { cleanSvg } from '../../../harness/report/page/clean-svg.ts';
import { DRAWING } from './inputs.ts';

const clean = (content: string) =>
  cleanSvg(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">${content}</svg>`, 'a "chart"', 'f0-').toString();

test('what draws stays, with what a style said in attributes', () => {
  const svg = cleanSvg(DRAWING, 'Losses', 'f0-').toString();
  expect(svg).toContain('stroke-width="1.5" stroke="#0072b2" font-variant="tabular-nums"');
  expect(svg).toContain('<path d="M0,10L20,30" clip-path="url(#f0-clip)"></path>');
  expect(svg).toContain('<clipPath id="f0-clip">');
  expect(svg).toContain('>loss &lt; 1</text>');
  expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 640 200"[^>]* role="img" aria-label="Losses" class="chart">/);
  expect(svg).not.toMatch(/<style|style=/);
});

describe('what is no drawing goes', () => {
  test.each([
    '<script>alert(1)</script>',
    '<foreignObject><p>x</p></foreignObject>',
    '<image href="http://example.org/x.png"/>',
    '<use href="http://example.org/x.svg#a"/>',
    '<a href="javascript:alert(1)"><animate attributeName="x"/></a>',
    '<style>@import "http://example.org";</style>',
  ])('%s', (content) => {
    expect(clean(content)).toBe(
      '<svg viewBox="0 0 9 9" role="img" aria-label="a &quot;chart&quot;" class="chart"></svg>',
    );
  });

  test.each([
    'onload="alert(1)"',
    'onclick="alert(1)"',
    'fill="url(http://example.org/#x)"',
    'style="fill: url(http://example.org/#x)"',
  ])('%s', (attribute) => expect(clean(`<g ${attribute}></g>`)).toContain('<g></g>'));
});

test('what is no svg is refused', () => {
  expect(() => cleanSvg('<p>x</p>', 'Losses', '')).toThrow('Losses: its drawing is no svg element');
});
