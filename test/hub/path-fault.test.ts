// Paths of others: whatever they are, none that is let through leaves the folder that it is joined to.
import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { faultOfPath } from '../../harness/hub/path-fault.ts';

it.each(['config.json', 'onnx/model.onnx', 'a b/ü.txt', '...', 'a/.b/..c'])('lets %j through', (path) => {
  expect(faultOfPath(path)).toBe(undefined);
});

it.each([
  '',
  '/etc/passwd',
  '../a',
  'a/../../b',
  'a//b',
  'a/',
  './a',
  'C:a',
  'C:/a',
  '\\\\host\\share',
  'a\\..\\b',
  'a\nb',
  ' ../a',
])('refuses %j', (path) => {
  expect(faultOfPath(path)).toEqual(expect.any(String));
});

it('lets through only what stays within, on any system', () => {
  const part = fc.constantFrom('..', '.', '', 'a', 'C:', ' ..', '\\', '..\\', 'x.json', '~');
  const path = fc.array(part, { maxLength: 6 }).map((parts) => parts.join('/'));
  fc.assert(
    fc.property(path, (path) => {
      if (faultOfPath(path) !== undefined) return;
      expect(posix.join('/folder', path).startsWith('/folder/')).toBe(true);
      expect(win32.join('D:\\folder', path).startsWith('D:\\folder\\')).toBe(true);
    }),
  );
});
