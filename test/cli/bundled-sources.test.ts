import { appendFileSync, cpSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { expect, test } from 'vitest';
import { type BundledSources, hashSources } from '../../harness/cli/bundled-sources.ts';
import { bundle } from '../../harness/cli/bundle-worker.ts';
import { METHODS } from '../../methods/index.ts';
import { temporaryFolder } from '../temporary-folder.ts';

/** A project of two methods, which share a file and use a package. */
const PROJECT = {
  'harness/worker.ts': "import { METHODS } from '../methods/index.ts'; import p from 'p'; console.log(METHODS, p);",
  'methods/index.ts': "import a from './a.ts'; import b from './b.ts'; export const METHODS = [a, b];",
  'methods/a.ts': "import s from './shared/s.ts'; import type { T } from './b.ts'; export default s as T;",
  'methods/b.ts': 'export type T = number; export default 2;',
  'methods/shared/s.ts': 'export default 1;',
  'node_modules/p/package.json': '{ "name": "p", "version": "1.0.0", "main": "index.js" }',
  'node_modules/p/index.js': 'module.exports = 3;',
};

async function sourcesOf(root: string): Promise<BundledSources> {
  const { metafile } = await build({
    stdin: { contents: "import './worker.ts';", resolveDir: join(root, 'harness') },
    absWorkingDir: root,
    ...{ bundle: true, write: false, metafile: true, platform: 'node', format: 'esm', logLevel: 'silent' },
  });
  return hashSources(metafile.inputs, root);
}
const hashesOf = async (root: string) => {
  const sources = await sourcesOf(root);
  return { all: sources.sha256, a: sources.ofMethod('a'), b: sources.ofMethod('b') };
};

test('are the same wherever the project lies', async () => {
  const root = temporaryFolder(PROJECT);
  const other = join(temporaryFolder(), 'else [where] $&');
  cpSync(root, other, { recursive: true });
  expect(await hashesOf(other)).toEqual(await hashesOf(root));
});

test.each<[string, (root: string) => void, string[]]>([
  ['a method is edited', (root) => appendFileSync(join(root, 'methods/b.ts'), '\n'), ['b']],
  ['what methods share is', (root) => appendFileSync(join(root, 'methods/shared/s.ts'), '\n'), ['a']],
  ['the list of methods is', (root) => appendFileSync(join(root, 'methods/index.ts'), '\n'), []],
  ['another source is', (root) => appendFileSync(join(root, 'harness/worker.ts'), '\n'), ['all']],
  ['a source that is not bundled is', (root) => writeFileSync(join(root, 'harness/other.ts'), ''), []],
  [
    'a package has another version',
    (root) =>
      writeFileSync(
        join(root, 'node_modules/p/package.json'),
        '{ "name": "p", "version": "1.0.1", "main": "index.js" }',
      ),
    ['all'],
  ],
  [
    'packages lie above the project',
    (root) => renameSync(join(root, 'node_modules'), join(root, '../node_modules')),
    [],
  ],
])('where %s, changes what that decides', async (_what, change, expected) => {
  const root = join(temporaryFolder(), 'project');
  cpSync(temporaryFolder(PROJECT), root, { recursive: true });
  const before = await hashesOf(root);
  change(root);
  const after = await hashesOf(root);
  expect(Object.keys(before).filter((key) => Reflect.get(before, key) !== Reflect.get(after, key))).toEqual(expected);
});

test("of the worker's bundle there are hashes for every method, the same each time", async () => {
  const hashes = async () => {
    const { sources, remove } = await bundle('worker.ts');
    await remove();
    return [sources.sha256, ...METHODS.map(({ name }) => sources.ofMethod(name))];
  };
  const first = await hashes();
  expect(new Set(first).size).toBe(1 + METHODS.length);
  for (const hash of first) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(await hashes()).toEqual(first);
});

test('of a method whose file has another name there are none', async () => {
  const sources = await sourcesOf(temporaryFolder(PROJECT));
  expect(() => sources.ofMethod('c')).toThrow("methods/c.ts: no such file; expected a method's file to be named as it");
});
