// A tiny LLaMA in parts as llama.cpp's gguf-split writes them: all metadata in the first, `split.*` in each.
import { copyFileSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openGguf } from '../../harness/formats/gguf.ts';
import { GGUF_TOKENIZER_KEY } from '../../harness/formats/gguf-tokenizer.ts';
import { type GgufTensor, type GgufValue, writeGguf } from '../../harness/formats/gguf-write.ts';
import { openModelFiles } from '../../harness/formats/model-files.ts';
import { fixturePath } from '../fixtures.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { errorOf } from './error-of.ts';

const source = openGguf(fixturePath('decoder/llama.gguf'));
const uint32 = (value: number) => ({ uint32: value });

/** The fixture's sizes; its tokenizer as the whole tokenizer.json, which the writer has a type for. */
const METADATA: Readonly<Record<string, GgufValue>> = {
  'general.architecture': 'llama',
  ...Object.fromEntries(
    ['context_length', 'embedding_length', 'block_count', 'feed_forward_length']
      .concat(['attention.head_count', 'attention.head_count_kv', 'attention.key_length', 'attention.value_length'])
      .concat(['rope.dimension_count'])
      .map((key) => [`llama.${key}`, uint32(Number(source.metadata.get(`llama.${key}`)))]),
  ),
  'llama.attention.layer_norm_rms_epsilon': { float32: 1e-5 },
  'llama.rope.freq_base': { float32: 50_000 },
  [GGUF_TOKENIZER_KEY]: readFileSync(fixturePath('decoder/llama/tokenizer.json'), 'utf8'),
};

const TENSORS: readonly GgufTensor[] = source.names.map((name) => ({
  name,
  shape: source.shape(name),
  type: 'F32',
  data: source.read(name),
}));

const part = (number: number, count = 3) =>
  `tiny-${`${number}`.padStart(5, '0')}-of-${`${count}`.padStart(5, '0')}.gguf`;

/** Writes one part with the tensors of its own and what gguf-split says in each. */
function writePart(folder: string, index: number, tensors: readonly GgufTensor[], changes = {}): void {
  writeGguf(join(folder, part(index + 1)), {
    metadata: {
      ...(index === 0 ? METADATA : {}),
      'split.no': { uint16: index },
      'split.count': { uint16: 3 },
      'split.tensors.count': { int32: TENSORS.length },
      ...changes,
    },
    tensors,
  });
}

/** A folder with the model in three parts, of which the first has no tensors (`--no-tensor-first-split`). */
function splitModel(): string {
  const folder = temporaryFolder();
  const half = Math.floor(TENSORS.length / 2);
  writePart(folder, 0, []);
  writePart(folder, 1, TENSORS.slice(0, half));
  writePart(folder, 2, TENSORS.slice(half));
  return folder;
}

test('parts are the model that the whole file is, whichever is named, and the folder too', async () => {
  const whole = join(temporaryFolder(), 'whole.gguf');
  writeGguf(whole, { metadata: METADATA, tensors: TENSORS });
  const expected = await openModelFiles(whole);
  const folder = splitModel();
  const first = await openModelFiles(join(folder, part(1)));
  expect(first.config).toEqual(expected.config);
  expect(first.tensors.names).toEqual(expected.tensors.names);
  for (const name of expected.tensors.names) {
    expect(first.tensors.shape(name)).toEqual(expected.tensors.shape(name));
    expect(first.tensors.read(name)).toEqual(expected.tensors.read(name));
  }
  expect(first.tokenizer.tokenize('a plane')).toEqual(expected.tokenizer.tokenize('a plane'));
  for (const path of [join(folder, part(3)), folder]) {
    const files = await openModelFiles(path);
    expect(files.sha256).toBe(first.sha256);
    expect(files.tensors.names).toEqual(expected.tensors.names);
  }
});

test("the checksum is of every part's bytes", async () => {
  const folder = splitModel();
  const { sha256 } = await openModelFiles(folder);
  const [changed, ...others] = TENSORS.slice(Math.floor(TENSORS.length / 2)) as [GgufTensor, ...GgufTensor[]];
  writePart(folder, 2, [{ ...changed, data: changed.data.map((value) => value + 1) }, ...others]);
  expect((await openModelFiles(folder)).sha256).not.toBe(sha256);
});

test('a part that is not there, or under another name, is an input error', async () => {
  const folder = splitModel();
  rmSync(join(folder, part(2)));
  expect(await errorOf(() => openModelFiles(folder))).toBe(`${join(folder, part(2))}: cannot be opened (ENOENT)`);
  renameSync(join(folder, part(1)), join(folder, 'model.gguf'));
  expect(await errorOf(() => openModelFiles(join(folder, 'model.gguf')))).toBe(
    `${join(folder, 'model.gguf')}: is one of 3 parts by its key 'split.count', expected a name that ends in -00001-of-00003.gguf`,
  );
  copyFileSync(join(folder, 'model.gguf'), join(folder, part(1, 4)));
  expect(await errorOf(() => openModelFiles(join(folder, part(1, 4))))).toMatch(
    /is one of 3 parts by its key 'split\.count'/,
  );
});

test.each<[string, number, readonly GgufTensor[], object, RegExp]>([
  [
    'a part in the place of another',
    1,
    TENSORS.slice(0, 1),
    { 'split.no': { uint16: 2 } },
    /00002-of-00003\.gguf: metadata key 'split\.no' is 2, expected 1/,
  ],
  [
    'a part of another split',
    1,
    TENSORS.slice(0, 1),
    { 'split.count': { uint16: 2 } },
    /metadata key 'split\.count' is 2, expected 3/,
  ],
  ['a tensor twice', 1, TENSORS, {}, /00003-of-00003\.gguf: has the tensor '.*', as .*00002-of-00003\.gguf has/],
  [
    'fewer tensors than announced',
    1,
    TENSORS.slice(0, 1),
    {},
    /00001-of-00003\.gguf: metadata key 'split\.tensors\.count' is \d+, expected \d+/,
  ],
])('%s is an input error', async (_, index, tensors, changes, message) => {
  const folder = splitModel();
  writePart(folder, index, tensors, changes);
  expect(await errorOf(() => openModelFiles(folder))).toMatch(message);
});
