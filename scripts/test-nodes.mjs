// `npm run test:nodes`: the tests on later versions of Node, which it downloads from npm's registry (30 MB each). One that
// cannot be had is skipped, with the reason. Arguments go to the tests: `npm run test:nodes -- test/study`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { ROOT } from './dependencies.mjs';

/** Beside the one that runs this: the long-term one, and the newest. */
const VERSIONS = ['24', 'latest'];
const windows = process.platform === 'win32';
/** The packages that npm's package `node` chooses from, each a binary. */
const PACKAGE = `node-${windows ? 'win' : process.platform}-${process.arch}`;
const BINARY = windows ? 'bin/node.exe' : 'bin/node';

const failed = VERSIONS.filter((version) => !passes(version));
process.exit(failed.length > 0 ? 1 : 0);

/** Whether the tests pass on a version, or it cannot be had. */
function passes(version) {
  const folder = mkdtempSync(join(tmpdir(), 'peftbench-node-'));
  try {
    const problem = install(`${PACKAGE}@${version}`, folder);
    if (problem !== undefined) {
      process.stdout.write(`skipped: Node ${version} cannot be had (${problem})\n`);
      return true;
    }
    const node = join(folder, 'node_modules', PACKAGE, BINARY);
    process.stdout.write(`Node ${spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout}`);
    const vitest = ['vitest', 'run', '--config', 'test/vitest.config.ts', ...process.argv.slice(2)];
    const { status } = spawnSync(node, [join(ROOT, 'scripts', 'with-dependencies.mjs'), ...vitest], {
      cwd: ROOT,
      stdio: 'inherit',
      // What is started by name finds the same version.
      env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
    });
    return status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Gives what went wrong, in a line. */
function install(name, folder) {
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', folder, name];
  const { status, error, stderr } = spawnSync('npm', args, { cwd: folder, encoding: 'utf8', shell: windows });
  if (error) return error.message;
  return status === 0
    ? undefined
    : (stderr.split('\n').find((line) => line.startsWith('npm error')) ?? `npm's exit code ${status}`);
}
