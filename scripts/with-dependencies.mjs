// usage: node scripts/with-dependencies.mjs BIN ARGS...   runs a tool of node_modules, once everything is installed
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ensureDependencies, ROOT } from './dependencies.mjs';

const [bin, ...args] = process.argv.slice(2);
if (bin === undefined) {
  process.stderr.write('usage: node scripts/with-dependencies.mjs BIN ARGS...\n');
  process.exit(2);
}
await ensureDependencies({ development: true });
const windows = process.platform === 'win32';
const command = join(ROOT, 'node_modules', '.bin', windows ? `${bin}.cmd` : bin);
const { status, error } = spawnSync(command, args, { cwd: ROOT, stdio: 'inherit', shell: windows });
if (error) process.stderr.write(`${command}: ${error.message}\n`);
process.exit(status ?? 1);
