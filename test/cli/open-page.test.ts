// A page is opened by what the system has for it; where that is missing or fails, a line says how to go on.
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openPage } from '../../harness/cli/open-page.ts';
import { captureOutput } from './captured-output.ts';
import { onlyPrograms } from './programs.ts';

/** Writes its arguments, one a line. */
const NOTES_ARGUMENTS = '#!/bin/sh\nprintf "%s\\n" "$@" > "$(dirname "$0")/opened"\n';

describe.each<[string, string, readonly string[]]>([
  ['linux', 'xdg-open', []],
  ['darwin', 'open', []],
  ['win32', 'rundll32', ['url.dll,FileProtocolHandler']],
])('on %s', (platform, program, before) => {
  test.each(['/a study/report/index.html', '/a&calc/"%PATH%" ^|$(x)/index.html'])(
    'is given the page %s',
    async (page) => {
      const folder = onlyPrograms({ [program]: NOTES_ARGUMENTS }, true);
      const output = captureOutput();
      await openPage(page, output, platform);
      expect(output.written).toBe(`opened ${page}\n`);
      expect(readFileSync(join(folder, 'opened'), 'utf8').split('\n')).toEqual([...before, page, '']);
    },
  );

  test('is given the whole path of one that looks like an option', async () => {
    const folder = onlyPrograms({ [program]: NOTES_ARGUMENTS }, true);
    await openPage('-x/index.html', captureOutput(), platform);
    expect(readFileSync(join(folder, 'opened'), 'utf8')).toBe([...before, resolve('-x/index.html'), ''].join('\n'));
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

  test('is said to have been killed', async () => {
    onlyPrograms({ [program]: '#!/bin/sh\nkill -TERM $$\n' }, true);
    const output = captureOutput();
    await openPage('p.html', output, platform);
    expect(output.written).toBe(`${program} was ended by SIGTERM: open p.html in a browser\n`);
  });
});
