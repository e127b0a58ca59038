// Text files: their byte order mark is read over, another encoding is refused by name.
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readText, textBytes } from '../../harness/formats/text.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { errorOf } from './error-of.ts';

const bytesOf = (bytes: Buffer) => textBytes(bytes, 'a.txt').toString('utf8');
const utf16 = (text: string, bigEndian: boolean) => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};

it('loses the mark at its beginning, and no other U+FEFF', () => {
  expect(bytesOf(Buffer.from('\ufeffa\ufeffb'))).toBe('a\ufeffb');
  expect(bytesOf(Buffer.from('a'))).toBe('a');
  const folder = temporaryFolder({ 'a.txt': '\ufeff{"é": 1}' });
  expect(readText(join(folder, 'a.txt'))).toBe('{"é": 1}');
});

it.each([false, true])('that is UTF-16 (big-endian: %s) is refused by name', async (bigEndian) => {
  const bytes = utf16('{"a": 1}', bigEndian);
  expect(await errorOf(() => bytesOf(bytes))).toBe('a.txt: is UTF-16 text, expected UTF-8');
  const path = join(temporaryFolder({ 'a.txt': bytes }), 'a.txt');
  expect(await errorOf(() => readText(path))).toBe(`${path}: is UTF-16 text, expected UTF-8`);
});

it('that is empty, in another encoding, missing or a folder is refused', async () => {
  expect(await errorOf(() => bytesOf(Buffer.from('\ufeff')))).toBe('a.txt: the file is empty');
  expect(await errorOf(() => bytesOf(Buffer.from('é', 'latin1')))).toBe('a.txt: not UTF-8 text');
  const folder = temporaryFolder();
  expect(await errorOf(() => readText(join(folder, 'none')))).toBe(`${join(folder, 'none')}: cannot be read (ENOENT)`);
  expect(await errorOf(() => readText(folder))).toBe(`${folder}: cannot be read (EISDIR)`);
});
