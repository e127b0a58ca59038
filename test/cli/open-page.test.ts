// A page is opened by what the system has for it; where that is missing or fails, a line says how to go on.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openPage } from '../../harness/cli/open-page.ts';
import { captureOutput } from './captured-output.ts';
import { NOTES_WHAT_IT_OPENS, onlyPrograms } from './programs.ts';

describe.each([
  ['linux', 'xdg-open'],
  ['darwin', 'open'],
])('on %s', (platform, program) => {
  test('is given the page', async () => {
    const folder = onlyPrograms({ [program]: NOTES_WHAT_IT_OPENS }, true);
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
