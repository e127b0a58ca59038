// Finds files below the data folders and remembers the checksum of each one read.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DataReader } from '../contracts/dataset.ts';
import { InputError } from '../contracts/input-error.ts';
import { statIfThere } from '../contracts/stat-if-there.ts';

/**
 * A reader over data folders, the first taking precedence.
 *
 * @param flag where the folders come from, for error messages
 * @throws InputError where a folder does not exist
 */
export function createDataReader(roots: readonly string[], flag = '--data (or PEFTBENCH_DATA)'): DataReader {
  const folders = roots.map((root) => resolve(root));
  for (const folder of folders) {
    if (!statIfThere(folder)?.isDirectory()) throw new InputError(`${flag} ${folder}: no such folder`);
  }
  const checksums = new Map<string, string>();
  return {
    roots: folders,
    get files() {
      return [...checksums].map(([path, sha256]) => ({ path, sha256 }));
    },
    find(...candidates) {
      for (const root of folders) {
        for (const relativePath of candidates) {
          const path = join(root, relativePath);
          if (!statIfThere(path)?.isFile()) continue;
          const read = () => {
            const bytes = readFileSync(path);
            checksums.set(relativePath, createHash('sha256').update(bytes).digest('hex'));
            return bytes;
          };
          return { path, root, relativePath, read };
        }
      }
      return undefined;
    },
  };
}
