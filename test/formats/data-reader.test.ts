// The data reader: precedence of folders and candidates, and checksums.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { createDataReader } from '../../harness/formats/data-reader.ts';
import { temporaryFolder } from '../temporary-folder.ts';

it('tries candidates in order in the first folder before the second', () => {
  const first = temporaryFolder({ 'b.txt': 'first b' });
  const second = temporaryFolder({ 'a.txt': 'second a', 'b.txt': 'second b' });
  const reader = createDataReader([first, second]);
  expect(reader.roots).toEqual([first, second]);
  expect(reader.find('a.txt', 'b.txt')).toMatchObject({
    path: join(first, 'b.txt'),
    root: first,
    relativePath: 'b.txt',
  });
  expect(reader.find('a.txt')?.read().toString()).toBe('second a');
  expect(reader.find('c.txt')).toBeUndefined();
});

it('does not take a folder for a file', () => {
  const root = temporaryFolder({ 'glue/CoLA/train.tsv': 'x' });
  expect(createDataReader([root]).find('glue/CoLA')).toBeUndefined();
});

it('remembers the checksum of what was read, once, in the order of reading, and of nothing else', () => {
  const reader = createDataReader([temporaryFolder({ 'z.txt': 'z', 'sub/a.txt': 'a', 'unread.txt': 'u' })]);
  for (const path of ['z.txt', 'sub/a.txt', 'z.txt']) reader.find(path)?.read();
  reader.find('unread.txt');
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  expect(reader.files).toEqual([
    { path: 'z.txt', sha256: sha256('z') },
    { path: 'sub/a.txt', sha256: sha256('a') },
  ]);
});

it('refuses a folder that does not exist, or is a file', () => {
  const root = temporaryFolder({ file: '' });
  for (const path of [join(root, 'none'), join(root, 'file')]) {
    expect(() => createDataReader([root, path])).toThrow(
      new InputError(`--data (or PEFTBENCH_DATA) ${path}: no such folder`),
    );
  }
});
