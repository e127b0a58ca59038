// `npm start`: runs the default study afresh into a git-ignored folder, prints its tables, and says how many of the
// committed records it reproduced bit for bit.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './dependencies.mjs';

const STUDY = join('results', 'quick');
const OUT = join('.runs', 'quick');

rmSync(join(ROOT, OUT), { recursive: true, force: true });
peftbench('run', STUDY, '--out', OUT);
peftbench('verify', STUDY, '--against', OUT);

/** Runs a command; ends with its exit code where it fails. */
function peftbench(...args) {
  const { status } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'peftbench.mjs'), ...args], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
