// Sees to it that the packages are there before anything needs one. Needs no package itself.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install } from './install.mjs';
import { isInstalled } from './installed.mjs';

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const NODE_FLOOR = [20, 20];

/**
 * Installs what is missing. Exits with 2 where that cannot be, with npm's code where the installation fails.
 * @param needs `development: true` where packages for tests and tools are wanted too
 */
export async function ensureDependencies({ development = false } = {}) {
  const unfit = unfitFor();
  if (unfit !== undefined) {
    process.stderr.write(`${unfit}\n`);
    process.exit(2);
  }
  if (isInstalled(ROOT, { development })) return;
  const code = await install(ROOT, { development });
  if (code !== 0) process.exit(code);
}

/** What is wrong with Node or with where the project lies, in one line. */
function unfitFor() {
  const { node } = process.versions;
  const [major = 0, minor = 0] = node.split('.').map(Number);
  if (major < NODE_FLOOR[0] || (major === NODE_FLOOR[0] && minor < NODE_FLOOR[1])) {
    return `Node ${node} is too old: ${NODE_FLOOR.join('.')} or later is needed`;
  }
  // The loader takes a ? for a path's end; Node puts a name in the place of a * where a package's exports have one.
  const mark = ['?', '*'].find((each) => ROOT.includes(each));
  if (mark !== undefined)
    return `${ROOT}: has a "${mark}" in its path, from which the tools here cannot load; expected none`;
  return undefined;
}
