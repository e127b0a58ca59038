// Lines that fit, and lose nothing but what was cut.
import { Resvg } from '@resvg/resvg-js';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { linesOf, widthOf } from '../../../harness/report/figures/text-lines.ts';

const anyWords = fc.string({
  unit: fc.constantFrom('a', 'W', 'i', ' ', '-', '/', '低', '1', '\u{1f600}'),
  maxLength: 120,
});
const width = fc.integer({ min: 30, max: 300 });

test('lines fit, and hold every word', () => {
  fc.assert(
    fc.property(anyWords, width, (text, room) => {
      const lines = linesOf(text, 11, room);
      for (const line of lines) expect(widthOf(line, 11)).toBeLessThanOrEqual(room);
      expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
    }),
  );
});

test('of more lines than there is room for the last one says so', () => {
  fc.assert(
    fc.property(anyWords, width, fc.integer({ min: 1, max: 3 }), (text, room, most) => {
      const whole = linesOf(text, 11, room);
      const lines = linesOf(text, 11, room, most);
      expect(lines.length).toBeLessThanOrEqual(most);
      for (const line of lines) expect(widthOf(line, 11)).toBeLessThanOrEqual(room);
      if (whole.length > most) expect(lines.at(-1)).toMatch(/…$/u);
      else expect(lines).toEqual(whole);
    }),
  );
});

test('words are broken where they were joined before they are broken anywhere', () => {
  expect(linesOf('commonsense/arc-challenge', 11, 100)).toEqual(['commonsense/', 'arc-challenge']);
  expect(linesOf('two words', 11, 50)).toEqual(['two', 'words']);
});

/** What resvg measures of a font of this machine. */
function measured(text: string): number {
  const family = 'DejaVu Sans, Liberation Sans, Arial, sans-serif';
  const probe = `<svg xmlns="http://www.w3.org/2000/svg" width="2000" height="40"><text x="5" y="30" font-size="20" font-family="${family}">${text}</text></svg>`;
  return new Resvg(probe).getBBox()?.width ?? Number.NaN;
}

test('widths are on the wide side of those of a real font, though not by half', () => {
  for (const text of [
    'xgblora',
    'commonsense/hellaswag',
    'LoRA r=8 all',
    '0.8225',
    'minilm-l6',
    'Mean of 3 seeds, in MB',
  ]) {
    const ratio = widthOf(text, 20) / measured(text);
    expect(ratio, text).toBeGreaterThan(0.98);
    expect(ratio, text).toBeLessThan(1.5);
  }
});
