// A browser that cannot be had is a reason to skip, never a failure.
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { startBrowser } from '../../../scripts/page/browser.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

afterEach(() => void vi.unstubAllEnvs());

function browserFile(script: string): string {
  const file = join(temporaryFolder({ chromium: script }), 'chromium');
  chmodSync(file, 0o755);
  vi.stubEnv('CHROMIUM_PATH', file);
  return file;
}

it('one that ends as it starts is a reason', async () => {
  const file = browserFile('#!/bin/sh\necho "error while loading shared libraries: libnss3.so" >&2\nexit 127\n');
  const reason = await startBrowser();
  expect(reason).toEqual(expect.stringMatching(/ does not start: .*\S$/));
  expect(reason).toContain(file);
  expect(reason).not.toContain('\n');
}, 60_000);

it('one that is no program is a reason', async () => {
  browserFile('no program');
  expect(await startBrowser()).toEqual(expect.stringMatching(/ does not start: .*\S$/));
}, 60_000);

it('one that is not there is a reason', async () => {
  vi.stubEnv('CHROMIUM_PATH', '/nowhere/chromium');
  expect(await startBrowser()).toBe('CHROMIUM_PATH: /nowhere/chromium: no such file');
});
