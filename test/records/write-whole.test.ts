// Files and folders are written whole or not at all, on disks that are full, closed, shared or not disks.
import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { WriteError } from '../../harness/contracts/write-error.ts';
import { makeFolder, openTemporary, writeFolderWhole, writeWhole } from '../../harness/records/write-whole.ts';
import { canMount, smallDisk } from '../small-disk.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const errorOf = (work: () => void): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

describe.skipIf(!canMount)('on a full disk (needs leave to mount one)', () => {
  it('a file that is there stays as it was, and nothing else is left', () => {
    const disk = smallDisk();
    const file = join(disk, 'a.json');
    writeWhole(file, 'old');
    expect(errorOf(() => writeWhole(file, 'x'.repeat(1 << 20)))).toEqual(
      new WriteError(`${file}: cannot be written: no space left on device (ENOSPC, write)`),
    );
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(disk)).toEqual(['a.json']);
  });

  it('so does a folder', () => {
    const disk = smallDisk();
    const folder = join(disk, 'adapter');
    writeFolderWhole(folder, (temporary) => writeFileSync(join(temporary, 'a'), 'old'));
    const fill = (temporary: string) => writeFileSync(join(temporary, 'a'), 'x'.repeat(1 << 20));
    expect(String(errorOf(() => writeFolderWhole(folder, fill)))).toMatch(/adapter: cannot be written: no space left/);
    expect(readFileSync(join(folder, 'a'), 'utf8')).toBe('old');
    expect(readdirSync(disk)).toEqual(['adapter']);
  });
});

it('names of any script, spaces and links stay what they are', () => {
  const folder = join(temporaryFolder(), 'Ergebnisse 2 ü 結果 نتائج');
  makeFolder(join(folder, 'deep'));
  const [file, link] = [join(folder, 'deep', 'é ж 文.json'), join(folder, 'link.json')];
  symlinkSync(file, link);
  writeWhole(file, 'one');
  writeWhole(link, 'two');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('two');
});

it('a device is written to, not replaced', () => {
  writeWhole('/dev/null', 'gone');
  expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
});

it.runIf(process.platform === 'linux')('a folder below one that makes none is an error, and no endless wait', () => {
  const script = `
    const { makeFolder } = await import(${JSON.stringify(
      pathToFileURL(join(import.meta.dirname, '../../harness/records/write-whole.ts')).href,
    )});
    makeFolder('/proc/x/y');
  `;
  const options = { encoding: 'utf8', timeout: 20_000 } as const;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
  const { stderr, signal } = spawnSync(process.execPath, args, options);
  expect([
    signal,
    /WriteError: \/proc\/x\/y: cannot be written: no such file or directory \(ENOENT/.test(stderr),
  ]).toEqual([null, true]);
});

it('a folder below a file is named', () => {
  const folder = temporaryFolder({ file: '' });
  expect(String(errorOf(() => makeFolder(join(folder, 'file', 'x'))))).toMatch(/file: is a file; expected a folder/);
});

it('temporary names tell hosts, processes and uses apart', () => {
  const folder = temporaryFolder();
  const names = [openTemporary(folder), openTemporary(folder)].map(({ path }) => path.slice(folder.length + 1));
  const host = hostname()
    .replaceAll(/[^\w-]/g, '-')
    .slice(0, 64);
  expect(names).toEqual([0, 1].map((count) => `.peftbench-${host}.${process.pid}.${count}.tmp`));
});

it('a folder that cannot be changed is named', (context) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'closed'));
  const chattr = (flag: string) => execFileSync('chattr', [flag, join(folder, 'closed')], { stdio: 'pipe' });
  try {
    chattr('+i');
  } catch {
    return context.skip('nobody may close a folder here');
  }
  try {
    expect(String(errorOf(() => writeWhole(join(folder, 'closed', 'a'), 'x')))).toMatch(
      /closed\/a: cannot be written: operation not permitted/,
    );
  } finally {
    chattr('-i');
  }
});
