import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bytesText, durationText, flopsText } from '../../harness/cli/quantities.ts';

it.each([
  [300, '300 bytes'],
  [999.6, '1.0 kB'],
  [12_345, '12.3 kB'],
  [538_060_032, '538 MB'],
  [16.06e9, '16.1 GB'],
  [999.7e9, '1.0 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

it('operations go up to 10^21', () => {
  expect(flopsText(1.234e15)).toBe('1.2 PFLOP');
  expect(flopsText(3.14e23)).toBe('314 ZFLOP');
});

it.each([
  [0.2, '1 s'],
  [59.6, '1 min'],
  [200, '3 min 20 s'],
  [7500, '2 h 5 min'],
  [86_400 * 3 + 4 * 3600, '3 d 4 h'],
])('%d s are %s', (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

it('has at most three digits and a unit', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 9.99e14, noNaN: true }), (bytes) => {
      expect(bytesText(bytes)).toMatch(/^\d{1,3}(\.\d)? (bytes|[kMGT]B)$/);
    }),
  );
});
