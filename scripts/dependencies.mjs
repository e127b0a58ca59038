// Installs what is missing: `npm ci` when node_modules is absent or was made from another lock file. Needs no package.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NODE_FLOOR = [20, 20];

/** Exits with 2 where Node is too old, or with npm's code where the installation fails. */
export function ensureDependencies() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor < NODE_FLOOR[1])) {
    process.stderr.write(`Node ${process.versions.node} is too old: ${NODE_FLOOR.join('.')} or later is needed\n`);
    process.exit(2);
  }
  const stamp = join(ROOT, 'node_modules', '.lock-sha256');
  const wanted = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (lstatSync(join(ROOT, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) {
    // npm ci would empty the folder that the link leads to.
    process.stderr.write('node_modules is a link and not of this lock file: remove it, or run npm ci where it leads\n');
    process.exit(2);
  }
  process.stderr.write('installing dependencies (npm ci)\n');
  // npm's own output would mix with a command's results on stdout.
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
    cwd: ROOT,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    process.stderr.write('npm ci failed; its output is above\n');
    process.exit(status ?? 1);
  }
  writeFileSync(stamp, wanted);
}
