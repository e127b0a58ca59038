// Commands within lines: whatever they hold, they come out as they went in.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { codeSpan, lineParts } from '../../harness/report/code-span.ts';

const codes = fc
  .oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'`` ab\\[') }))
  .filter((code) => code.trim() !== '' && !/[\r\n]/.test(code));
const words = fc.string().map((text) => text.replaceAll('`', ''));

it('is read back between words', () => {
  fc.assert(
    fc.property(words, codes, words, (before, code, after) => {
      const parts = lineParts(`${before}: ${codeSpan(code)}, ${after}`);
      expect(parts).toEqual([
        { text: `${before}: `, isCode: false },
        { text: code, isCode: true },
        { text: `, ${after}`, isCode: false },
      ]);
    }),
  );
});

it('has more backticks than the code, and room where the code begins or ends with one', () => {
  expect(codeSpan('a b')).toBe('`a b`');
  expect(codeSpan('a`b')).toBe('``a`b``');
  expect(codeSpan('`a``')).toBe('``` `a`` ```');
});

it('is no code that nothing closes', () => {
  expect(lineParts('a ` b `` c')).toEqual([{ text: 'a ` b `` c', isCode: false }]);
});
