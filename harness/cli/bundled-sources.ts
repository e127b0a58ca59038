// Hashes of the sources that a bundle was made of, the same wherever the project and its packages lie.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Metafile } from 'esbuild';

export interface BundledSources {
  /** Of everything but methods/: the project's files by name and content, packages by name and version. */
  readonly sha256: string;
  /** Of a method's file and what it imports of methods/. @throws Error where methods/ has no file of that name */
  ofMethod(name: string): string;
}

type Inputs = Metafile['inputs'];
/** Of the entry that is given as text, and of modules that a plugin makes up: they have no file. */
const MADE_UP = /^<|^[\w-]{2,}:/;
const METHODS = 'methods/';
const PACKAGE = /^(.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//;

/** @param inputs by their paths from `root` */
export async function hashSources(inputs: Inputs, root: string): Promise<BundledSources> {
  const lines = new Map<string, string>();
  const versions = new Map<string, Promise<string>>();
  for (const path of Object.keys(inputs).filter((name) => !MADE_UP.test(name))) {
    const [folder, , name] = PACKAGE.exec(path) ?? [];
    if (folder === undefined || name === undefined) {
      lines.set(path, `${path} ${sha256(await readFile(resolve(root, path)))}`);
      continue;
    }
    const version = versions.get(folder) ?? versionOf(resolve(root, folder, 'package.json'));
    versions.set(folder, version);
    lines.set(path, `${name}@${await version}`);
  }
  const hash = (paths: Iterable<string>): string =>
    sha256([...new Set(Array.from(paths, (path) => lines.get(path)))].sort().join('\n'));
  return {
    sha256: hash([...lines.keys()].filter((path) => !path.startsWith(METHODS))),
    ofMethod: (name) => hash(partOf(inputs, `${METHODS}${name}.ts`)),
  };
}

/** A method's file and those below methods/ that it imports, and so on. */
function partOf(inputs: Inputs, file: string): Set<string> {
  if (inputs[file] === undefined) throw new Error(`${file}: no such file; expected a method's file to be named as it`);
  const found = new Set([file]);
  for (const each of found) {
    for (const { path } of inputs[each]?.imports ?? []) if (path.startsWith(METHODS)) found.add(path);
  }
  return found;
}

async function versionOf(manifest: string): Promise<string> {
  const { version }: { version: string } = JSON.parse(await readFile(manifest, 'utf8'));
  return version;
}

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
