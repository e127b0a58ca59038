// What is fetched: the cache as the hub's libraries lay it out, links to it, what is there already and what may not be.
import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contentsOf } from '../cli/fakes.ts';
import { bytesOf, here } from './here.ts';
import { gitBlob } from './server.ts';

const WEIGHTS = bytesOf(100_000);
const FILES = {
  'config.json': '{"hidden_size":8}\n',
  'model.safetensors': WEIGHTS,
  'onnx/quantized/notes.md': 'tiny\n',
};
const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');

describe('the cache', () => {
  it('has blobs by etag, snapshots of links, and the commit of the branch', async () => {
    const { hub, cache, fetch } = await here();
    const commit = hub.commit('model', 'org/tiny', FILES);
    const [fetched] = await fetch();
    const repo = join(cache, 'models--org--tiny');
    expect(readdirSync(repo).sort()).toEqual(['blobs', 'refs', 'snapshots']);
    expect(readFileSync(join(repo, 'refs', 'main'), 'utf8')).toBe(commit);
    const etags = Object.values(FILES).map((content) => gitBlob(Buffer.from(content)));
    expect(readdirSync(join(repo, 'blobs')).sort()).toEqual([etags[0], sha256(WEIGHTS), etags[2]].sort());
    const link = (path: string) => readlinkSync(join(repo, 'snapshots', commit, path));
    expect(link('config.json')).toBe(`../../blobs/${etags[0]}`);
    expect(link('onnx/quantized/notes.md')).toBe(`../../../../blobs/${etags[2]}`);
    expect(fetched).toMatchObject({ commit, revision: 'main' });
    expect(fetched?.fetched.map(({ path, size, sha256: hash }) => [path, size, hash])).toEqual(
      Object.entries(FILES).map(([path, content]) => [path, Buffer.from(content).length, sha256(content)]),
    );
  });

  it('has data sets apart from models', async () => {
    const { hub, cache, folder, wanted, fetch } = await here();
    hub.commit('dataset', 'org/tiny', { 'data/train.parquet': WEIGHTS });
    const data = join(folder, 'data');
    const targets = { 'data/train.parquet': 'glue/cola/train-00000-of-00001.parquet' };
    await fetch(wanted({ kind: 'dataset', folder: data, files: Object.keys(targets), targets }));
    expect(readdirSync(cache)).toEqual(['datasets--org--tiny']);
    expect(readFileSync(join(data, 'glue/cola/train-00000-of-00001.parquet')).equals(WEIGHTS)).toBe(true);
    expect(hub.asked.map(({ path }) => path)).toContainEqual(
      expect.stringMatching(/^\/datasets\/org\/tiny\/resolve\//),
    );
  });

  it('asks for no file a second time, nor for one that another commit has too', async () => {
    const { hub, wanted, fetch } = await here();
    hub.commit('model', 'org/tiny', FILES);
    await fetch();
    const downloads = () =>
      hub.asked.filter(({ method, path }) => method === 'GET' && path.includes('/resolve/')).length;
    expect(downloads()).toBe(3);
    const again = await fetch();
    expect(again.flatMap(({ fetched }) => fetched.map(({ isDownloaded }) => isDownloaded))).toEqual([
      false,
      false,
      false,
    ]);
    hub.commit('model', 'org/tiny', { ...FILES, 'new.md': 'new\n' });
    await fetch(wanted({ files: ['new.md', '*.safetensors'] }));
    expect(downloads()).toBe(4);
  });

  it('is mended where a blob has other bytes, which is said', async () => {
    const { hub, cache, notes, folder, fetch } = await here();
    hub.commit('model', 'org/tiny', FILES);
    await fetch();
    const blob = join(cache, 'models--org--tiny', 'blobs', sha256(WEIGHTS));
    const damaged = Buffer.from(WEIGHTS);
    damaged[50_000] = (damaged[50_000] ?? 0) ^ 1;
    writeFileSync(blob, damaged);
    await fetch();
    expect(readFileSync(join(folder, 'models/tiny/model.safetensors')).equals(WEIGHTS)).toBe(true);
    expect(notes).toEqual([`${blob}: has other bytes than model.safetensors on the hub; deleted`]);
  });

  it('serves where a system without links has a file in the snapshot alone', async () => {
    const { hub, cache, folder, wanted, fetch } = await here();
    const commit = hub.commit('model', 'org/tiny', FILES);
    const snapshot = join(cache, 'models--org--tiny', 'snapshots', commit);
    mkdirSync(snapshot, { recursive: true });
    writeFileSync(join(snapshot, 'model.safetensors'), WEIGHTS);
    const [fetched] = await fetch(wanted({ files: ['model.safetensors'] }));
    expect(fetched?.fetched[0]).toMatchObject({ isDownloaded: false, sha256: sha256(WEIGHTS) });
    expect(readFileSync(join(folder, 'models/tiny/model.safetensors')).equals(WEIGHTS)).toBe(true);
  });
});

describe('where files go', () => {
  it('are links to the snapshot, or copies where asked', async () => {
    const { hub, cache, folder, wanted, fetch } = await here();
    const commit = hub.commit('model', 'org/tiny', FILES);
    await fetch();
    const path = join(folder, 'models', 'tiny', 'onnx/quantized/notes.md');
    expect(readlinkSync(path)).toBe(join(cache, 'models--org--tiny', 'snapshots', commit, 'onnx/quantized/notes.md'));
    const copies = join(folder, 'copies');
    await fetch(wanted({ folder: copies }), { isCopy: true });
    rmSync(cache, { recursive: true });
    expect(contentsOf(copies)['onnx/quantized/notes.md']).toBe('tiny\n');
    expect(readdirSync(copies).sort()).toEqual(['config.json', 'model.safetensors', 'onnx']);
  });

  it('keep what is there with the same bytes', async () => {
    const { hub, folder, fetch } = await here();
    hub.commit('model', 'org/tiny', FILES);
    const path = join(folder, 'models', 'tiny', 'config.json');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, FILES['config.json']);
    await fetch();
    expect(lstatSync(path).isSymbolicLink()).toBe(false);
  });

  it('refuse, before anything is downloaded, what is there with other bytes, and name all of it', async () => {
    const { hub, folder, fetch } = await here();
    hub.commit('model', 'org/tiny', FILES);
    const place = join(folder, 'models', 'tiny');
    mkdirSync(join(place, 'model.safetensors'), { recursive: true });
    writeFileSync(join(place, 'config.json'), '{"hidden_size":9}\n');
    const expected = gitBlob(Buffer.from(FILES['config.json']));
    const found = gitBlob(Buffer.from('{"hidden_size":9}\n'));
    await expect(fetch()).rejects.toMatchObject({
      name: 'InputError',
      faults: [
        expect.stringMatching(
          new RegExp(
            `tiny/config.json: is another file than config.json of org/tiny at .{7}: found git blob ${found}, expected ${expected};`,
          ),
        ),
        expect.stringMatching(/tiny\/model\.safetensors: is a folder; expected a file, or nothing$/),
      ],
    });
    expect(hub.asked.filter(({ method, path }) => method === 'GET' && path.includes('/resolve/'))).toEqual([]);
  });

  it('refuse a branch that has moved since, in the place of the files of before', async () => {
    const { hub, fetch } = await here();
    hub.commit('model', 'org/tiny', FILES);
    await fetch();
    hub.commit('model', 'org/tiny', { ...FILES, 'config.json': '{"hidden_size":16}\n' });
    await expect(fetch()).rejects.toThrow(/config\.json: is another file than config\.json of org\/tiny at /);
  });
});

describe('which files', () => {
  const sharded = {
    'config.json': '{}\n',
    'tokenizer.json': '{}\n',
    'tokenizer.model': 'old',
    'consolidated.safetensors': bytesOf(64, 9),
    'model-00001-of-00002.safetensors': bytesOf(64, 2),
    'model-00002-of-00002.safetensors': bytesOf(64, 3),
    'model.safetensors.index.json': '{}\n',
    'onnx/model.safetensors': bytesOf(64, 4),
    'pytorch_model.bin': 'old',
  };

  it('are those that a model needs, and no weights twice', async () => {
    const { hub, wanted, fetch } = await here();
    hub.commit('model', 'org/tiny', sharded);
    const [fetched] = await fetch(wanted({ files: undefined }));
    expect(fetched?.fetched.map(({ path }) => path)).toEqual([
      'config.json',
      'tokenizer.json',
      'model-00001-of-00002.safetensors',
      'model-00002-of-00002.safetensors',
      'model.safetensors.index.json',
    ]);
  });

  it.each([
    [
      ['*.safetensors'],
      ['consolidated.safetensors', 'model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'],
    ],
    [
      ['**.safetensors'],
      [
        'consolidated.safetensors',
        'model-00001-of-00002.safetensors',
        'model-00002-of-00002.safetensors',
        'onnx/model.safetensors',
      ],
    ],
    [['model-0000?-of-*'], ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors']],
    [
      ['tokenizer.json', 'config.json'],
      ['config.json', 'tokenizer.json'],
    ],
  ])('are those of %j', async (files, expected) => {
    const { hub, wanted, fetch } = await here();
    hub.commit('model', 'org/tiny', sharded);
    const [fetched] = await fetch(wanted({ files }));
    expect(fetched?.fetched.map(({ path }) => path)).toEqual(expected);
  });

  it('come from every page of a listing', async () => {
    const { hub, fetch } = await here();
    hub.commit('model', 'org/tiny', sharded);
    hub.pageSize = 2;
    const [fetched] = await fetch();
    expect(fetched?.fetched).toHaveLength(Object.keys(sharded).length);
  });

  it('are refused where there are none of the name, or no weights', async () => {
    const { hub, wanted, fetch } = await here();
    hub.commit('model', 'org/tiny', { 'config.json': '{}\n', 'tokenizer.json': '{}\n', 'pytorch_model.bin': 'old' });
    await expect(fetch(wanted({ files: ['config.jsn', '*.gguf'] }))).rejects.toMatchObject({
      name: 'InputError',
      faults: [
        expect.stringMatching(
          /^sources\.json: models\.tiny: org\/tiny at .{7} has no file "config\.jsn", did you mean "config\.json"\?; expected one that it has \(config\.json, tokenizer\.json, pytorch_model\.bin\)$/,
        ),
        expect.stringMatching(/has no file "\*\.gguf"; expected one/),
      ],
    });
    await expect(fetch(wanted({ files: undefined }))).rejects.toThrow(
      /has neither model\.safetensors nor model\.safetensors\.index\.json; expected weights as safetensors/,
    );
  });

  it('never leave the folder that they go to', async () => {
    const { hub, folder, fetch } = await here();
    hub.commit('model', 'org/tiny', { '../../outside.json': '{}\n' });
    await expect(fetch()).rejects.toThrow(/the file "\.\.\/\.\.\/outside\.json" is no path within a folder/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
