// Pins and locks: what was fetched once is what is fetched again, anywhere, or it is said what differs.
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import type { Fetched } from '../../harness/hub/fetch-sources.ts';
import { type Lock, readLock, writeLock } from '../../harness/hub/lock.ts';
import { atCommits, lockEntries, pinned } from '../../harness/hub/pin.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { bytesOf, type Here, here } from './here.ts';

const WEIGHTS = bytesOf(5000);
const FILES = { 'config.json': '{"hidden_size":8}\n', 'model.safetensors': WEIGHTS };
const sha256 = (content: Buffer | string) => createHash('sha256').update(content).digest('hex');

/** The lock of what was fetched, as it is read again. */
function lockOf({ folder }: Here, fetched: readonly Fetched[]): Lock {
  const file = join(folder, 'sources.lock.json');
  writeLock(readLock(file), lockEntries(fetched));
  return readLock(file);
}

const forget = ({ cache, folder }: Here) => {
  for (const path of [cache, join(folder, 'models')]) rmSync(path, { recursive: true });
};

describe('a lock', () => {
  it('holds a branch at its commit', async () => {
    const place = await here();
    const commit = place.hub.commit('model', 'org/tiny', FILES);
    const lock = lockOf(place, await place.fetch());
    place.hub.commit('model', 'org/tiny', { ...FILES, 'config.json': '{"hidden_size":16}\n' });
    forget(place);
    const [again] = await place.fetch(place.wanted(), { lock });
    expect(again?.commit).toBe(commit);
    expect(place.notes).toEqual([`org/tiny: main is commit ${commit.slice(0, 7)}, as ${lock.file} has it`]);
  });

  it('is of one revision: another that is asked for is looked up', async () => {
    const place = await here();
    place.hub.commit('model', 'org/tiny', FILES);
    const lock = lockOf(place, await place.fetch());
    const other = place.hub.commit('model', 'org/tiny', { 'config.json': '{}\n' }, { branch: 'dev' });
    const elsewhere = join(place.folder, 'elsewhere');
    const [fetched] = await place.fetch(place.wanted({ revision: 'dev', folder: elsewhere }), { lock });
    expect(fetched?.commit).toBe(other);
  });

  it('needs no hub for what the cache has', async () => {
    const place = await here();
    place.hub.commit('model', 'org/tiny', FILES);
    const first = await place.fetch();
    const lock = lockOf(place, first);
    await place.hub.close();
    const folder = join(place.folder, 'elsewhere');
    const again = await place.fetch(place.wanted({ folder }), { lock });
    const known = (fetched: readonly Fetched[]) =>
      fetched.flatMap((each) => each.fetched.map(({ path, size, sha256: hash }) => ({ path, size, hash })));
    expect(known(again)).toEqual(known(first));
  });

  it('takes nothing from the cache that has other bytes since', async () => {
    const place = await here();
    place.hub.commit('model', 'org/tiny', FILES);
    const lock = lockOf(place, await place.fetch());
    const blob = join(place.cache, 'models--org--tiny', 'blobs', sha256(WEIGHTS));
    writeFileSync(blob, bytesOf(5000, 2));
    await place.fetch(place.wanted(), { lock });
    expect(readFileSync(join(place.folder, 'models/tiny/model.safetensors')).equals(WEIGHTS)).toBe(true);
    expect(place.notes.at(-1)).toBe(`${blob}: has other bytes than model.safetensors on the hub; deleted`);
  });

  it.each([
    ['a small file', 'config.json', '{"hidden_size":9}\n'],
    ['a large file, before it is asked for', 'model.safetensors', bytesOf(5000, 2)],
  ])('refuses a file that has changed: %s', async (_which, path, content) => {
    const place = await here();
    const commit = place.hub.commit('model', 'org/tiny', FILES);
    const lock = lockOf(place, await place.fetch());
    forget(place);
    // A commit never changes; whoever serves it may.
    const { hub } = await here();
    const other = hub.commit('model', 'org/tiny', { ...FILES, [path]: content });
    const locked = { ...lock.entries.models.tiny, commit: other };
    const moved = {
      ...lock,
      entries: { ...lock.entries, models: { tiny: locked as (typeof lock.entries.models)[string] } },
    };
    const expected = sha256(FILES[path as keyof typeof FILES]);
    await expect(place.fetch(place.wanted(), { lock: moved }, { endpoint: hub.endpoint })).rejects.toMatchObject({
      name: 'InputError',
      message: `${lock.file}: models.tiny.files: ${path}: expected sha256 ${expected}; found ${sha256(content)} in org/tiny at ${other.slice(0, 7)}`,
    });
    expect(commit).not.toBe(other);
    const isAsked = hub.asked.some(
      (asked) => asked.method === 'GET' && asked.path.endsWith(path) && asked.path.includes('/resolve/'),
    );
    expect(isAsked).toBe(path === 'config.json');
  });

  it('that is none of ours is refused', async () => {
    const { folder } = await here();
    const file = join(folder, 'sources.lock.json');
    writeFileSync(file, '{"models":{"tiny":{"repo":"org/tiny"}},"datasets":{}}');
    expect(() => readLock(file)).toThrow(/sources\.lock\.json: models\.tiny\.commit: missing; expected a text like /);
  });
});

describe('of a lock, the files', () => {
  const file = { size: 1, sha256: 'a'.repeat(64) };
  const entry = { repo: 'org/tiny', revision: 'main', asked: null, commit: 'b'.repeat(40) };
  const written = (entries: object) =>
    join(
      temporaryFolder({ 'sources.lock.json': JSON.stringify({ models: {}, datasets: {}, ...entries }) }),
      'sources.lock.json',
    );

  it.each([
    [
      'models',
      '../../../etc/passwd',
      '"../../../etc/passwd" is no path within a folder; expected names with / between',
    ],
    ['datasets', '/etc/passwd', '"/etc/passwd" is no path within a folder; expected names with / between them'],
    ['models', 'C:\\x', '"C:\\\\x" is no path within a folder; expected names with / between them'],
    ['datasets', 'a\u001B[2J', '"a\\u001b[2J" holds a control character; expected a path'],
    ['models', 'a\u009B2J', '"a\\u009b2J" holds a control character; expected a path'],
  ])('of its %s are refused outside their folder (case %#)', (kind, path, message) => {
    const lock = written({ [kind]: { tiny: { ...entry, files: { 'config.json': file, [path]: file } } } });
    expect(() => readLock(lock)).toThrow(InputError);
    expect(() => readLock(lock)).toThrow(`${lock}: ${kind}.tiny.files: ${message}`);
  });

  it('are refused each', () => {
    const files = { '../a': file, '../b': file };
    const lock = written({ models: { tiny: { ...entry, files } }, datasets: { glue: { ...entry, files } } });
    const refused = (key: string, path: string) =>
      `${lock}: ${key}.files: "${path}" is no path within a folder; expected names with / between them`;
    const faults = ['models.tiny', 'datasets.glue'].flatMap((key) =>
      Object.keys(files).map((path) => refused(key, path)),
    );
    expect(() => readLock(lock)).toThrow(expect.objectContaining({ faults }));
  });
});

describe('sources', () => {
  it('with a checksum refuse a file that has another', async () => {
    const { hub, wanted, fetch } = await here();
    hub.commit('model', 'org/tiny', FILES);
    const wrong = { 'model.safetensors': 'a'.repeat(64) };
    await expect(fetch(wanted({ sha256: wrong }))).rejects.toMatchObject({
      name: 'InputError',
      message: expect.stringMatching(
        new RegExp(
          `^sources.json: models.tiny.sha256: model.safetensors: expected sha256 a{64}; found ${sha256(WEIGHTS)} in org/tiny at .{7}$`,
        ),
      ),
    });
    expect(hub.asked.some(({ method, path }) => method === 'GET' && path.includes('/resolve/'))).toBe(false);
  });

  it('are pinned to commits and checksums, which need no hub for what the cache has', async () => {
    const place = await here();
    const commit = place.hub.commit('model', 'org/tiny', FILES);
    const fetched = await place.fetch(place.wanted({ files: Object.keys(FILES) }));
    const checksums = { 'config.json': sha256(FILES['config.json']), 'model.safetensors': sha256(WEIGHTS) };
    const source = { repo: 'org/tiny', revision: commit, files: Object.keys(FILES), sha256: checksums };
    const others = { other: { repo: 'org/other', revision: 'main' } };
    expect(pinned({ models: others, datasets: {} }, fetched)).toEqual({
      models: { ...others, tiny: source },
      datasets: {},
    });
    await place.hub.close();
    const [again] = await place.fetch(place.wanted({ ...source, folder: join(place.folder, 'elsewhere') }));
    expect(again?.fetched.map(({ isDownloaded }) => isDownloaded)).toEqual([false, false]);
  });

  it('of data sets keep where files go', async () => {
    const { hub, wanted, fetch } = await here();
    const commit = hub.commit('dataset', 'org/tiny', { 'train.parquet': WEIGHTS });
    const targets = { 'train.parquet': 'glue/cola/train-00000-of-00001.parquet' };
    const fetched = await fetch(wanted({ kind: 'dataset', name: 'glue/cola', files: Object.keys(targets), targets }));
    expect(pinned({ models: {}, datasets: {} }, fetched).datasets).toEqual({
      'glue/cola': { repo: 'org/tiny', revision: commit, files: targets, sha256: { 'train.parquet': sha256(WEIGHTS) } },
    });
    expect(atCommits(fetched)[0]).toMatchObject({ revision: commit, files: ['train.parquet'] });
  });
});
