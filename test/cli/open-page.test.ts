// A page is opened by what the system has for it; where that is missing or fails, a line says how to go on.
import { chmodSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openPage } from '../../harness/cli/open-page.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { captureOutput } from './captured-output.ts';

/** What is found by name from now on: programs of this folder, and of the system where `others`. */
function onlyPrograms(programs: Readonly<Record<string, string>>, others: boolean): string {
  const folder = temporaryFolder(programs);
  for (const name of Object.keys(programs)) chmodSync(join(folder, name), 0o755);
  const { PATH = '' } = process.env;
  process.env.PATH = others ? `${folder}${delimiter}${PATH}` : folder;
  onTestFinished(() => {
    process.env.PATH = PATH;
  });
  return folder;
}

describe.each([
  ['linux', 'xdg-open'],
  ['darwin', 'open'],
])('on %s', (platform, program) => {
  test('is given the page', async () => {
    const folder = onlyPrograms({ [program]: '#!/bin/sh\nprintf %s "$1" > "$(dirname "$0")/opened"\n' }, true);
    const output = captureOutput();
    await openPage('/a study/report/index.html', output, platform);
    expect(output.written).toBe('opened /a study/report/index.html\n');
    expect(readFileSync(join(folder, 'opened'), 'utf8')).toBe('/a study/report/index.html');
  });

  test('is said to be missing', async () => {
    onlyPrograms({}, false);
    const output = captureOutput();
    await openPage('p.html', output, platform);
    expect(output.written).toBe(`nothing here opens a page (spawn ${program} ENOENT): open p.html in a browser\n`);
  });

  test('is said to have failed', async () => {
    onlyPrograms({ [program]: '#!/bin/sh\nexit 3\n' }, true);
    const output = captureOutput();
    await openPage('p.html', output, platform);
    expect(output.written).toBe(`${program} ended with exit code 3: open p.html in a browser\n`);
  });
});
