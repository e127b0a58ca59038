// What becomes of the files of an earlier report.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { LIST, writeFiles } from '../../harness/report/written-files.ts';
import { temporaryFolder } from '../temporary-folder.ts';

it('removes those that are no longer written, and nothing else', () => {
  const folder = join(temporaryFolder(), 'report');
  mkdirSync(folder);
  writeFileSync(join(folder, 'page.png'), 'mine');
  writeFiles(folder, [
    ['a.csv', 'a'],
    ['b.csv', 'b'],
  ]);
  expect(writeFiles(folder, [['b.csv', 'new']])).toEqual([join(folder, 'b.csv')]);
  expect(readdirSync(folder).sort()).toEqual([LIST, 'b.csv', 'page.png']);
  expect(readFileSync(join(folder, 'b.csv'), 'utf8')).toBe('new');
});

it('removes nothing outside its folder, and no folder, whatever the list says', () => {
  const above = temporaryFolder({ 'kept.txt': 'kept', 'report/sub/kept.txt': 'kept' });
  const folder = join(above, 'report');
  writeFileSync(join(folder, LIST), `../kept.txt\n${join(above, 'kept.txt')}\n..\n.\nsub\nsub/kept.txt\n\n`);
  writeFiles(folder, [['a.csv', 'a']]);
  expect(existsSync(join(above, 'kept.txt'))).toBe(true);
  expect(existsSync(join(folder, 'sub/kept.txt'))).toBe(true);
});
