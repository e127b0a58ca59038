// The cache that Python's huggingface_hub makes of the same repository, as scripts/fixtures/hub_cache.py keeps it.
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { readFixture } from '../fixtures.ts';
import { here } from './here.ts';
import { TINY_REPO } from './tiny-repo.ts';

type Entry = { readonly link: string } | { readonly sha256: string };
const PYTHONS = readFixture<Readonly<Record<string, Entry>>>('hub/python-cache.json');

/** It keeps listings too, for itself. */
const WITHOUT_TREES = Object.fromEntries(Object.entries(PYTHONS).filter(([path]) => !path.startsWith('trees/')));

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

function entriesOf(root: string): Record<string, Entry> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name));
  const entryOf = (path: string): Entry =>
    lstatSync(path).isSymbolicLink() ? { link: readlinkSync(path) } : { sha256: sha256(readFileSync(path)) };
  return Object.fromEntries(paths.map((path) => [relative(root, path), entryOf(path)]));
}

it('is ours to the last link', async () => {
  const { hub, cache, fetch } = await here();
  hub.commit('model', 'org/tiny', TINY_REPO);
  await fetch();
  expect(entriesOf(join(cache, 'models--org--tiny'))).toEqual(WITHOUT_TREES);
});

it('is taken as it is: nothing is downloaded again', async () => {
  const { hub, cache, folder, fetch } = await here();
  hub.commit('model', 'org/tiny', TINY_REPO);
  // A reference holds the commit, a blob the file of its hash.
  const commits = Object.keys(PYTHONS).flatMap((path) => /^snapshots\/([0-9a-f]{40})\//.exec(path)?.[1] ?? []);
  const contents = [...Object.values(TINY_REPO), ...commits.map((commit) => Buffer.from(commit))];
  for (const [name, entry] of Object.entries(PYTHONS)) {
    const path = join(cache, 'models--org--tiny', name);
    mkdirSync(dirname(path), { recursive: true });
    const content = contents.find((bytes) => 'sha256' in entry && sha256(bytes) === entry.sha256);
    if ('link' in entry) symlinkSync(entry.link, path);
    else writeFileSync(path, content ?? '');
  }
  await fetch();
  expect(hub.asked.filter(({ method, path }) => method === 'GET' && path.includes('/resolve/'))).toEqual([]);
  expect(readFileSync(join(folder, 'models/tiny/model.safetensors'))).toEqual(TINY_REPO['model.safetensors']);
});
