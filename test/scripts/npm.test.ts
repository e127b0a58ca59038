// What npm says of the project's own configuration.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

test('npm warns of nothing in it', () => {
  const { status, stdout, stderr } = spawnSync('npm', ['pkg', 'get', 'name'], {
    cwd: ROOT,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  expect([status, stdout.trim()]).toEqual([0, '"peftbench"']);
  expect(stderr).not.toMatch(/project config/);
});
