// Whether node_modules holds what the lock file asks for, by the list that npm leaves there of what it installed.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @param needs `development: true` where packages for tests and tools are wanted too */
export function isInstalled(root, { development }) {
  // npm writes it last: after an installation that was cut off it is not there, or still the old one.
  const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'));
  const wanted = packagesOf(join(root, 'package-lock.json'));
  if (installed === undefined || wanted === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === '' || !isNeeded(entry, development)) return true;
    const found = installed[path];
    return found?.version === entry.version && found.integrity === entry.integrity && existsSync(join(root, path));
  });
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    // Missing or cut off: then nothing is known to be there, and it is installed anew.
    return undefined;
  }
}

function isNeeded({ dev, devOptional, optional, os, cpu, libc }, development) {
  if ((dev || devOptional) && !development) return false;
  // What is optional without a platform may have failed to install; of a platform's packages, this one's have to be
  // there. Which libc there is takes long to find out: its packages come and go with those that do not ask for one.
  if (optional || devOptional)
    return (os ?? cpu) !== undefined && libc === undefined && fits(os, process.platform) && fits(cpu, process.arch);
  return true;
}

/** As npm reads `os` and `cpu`: names, or names that are excluded. */
function fits(names, name) {
  if (names === undefined || names.includes(name)) return true;
  return names.every((each) => each.startsWith('!')) && !names.includes(`!${name}`);
}
