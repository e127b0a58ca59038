// Folders and GGUF files of tiny models, and the embedded model.
import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openGguf } from '../../harness/formats/gguf.ts';
import { bertTensorNames } from '../../harness/formats/gguf-bert.ts';
import { type GgufContents, type GgufTensor, type GgufValue, writeGguf } from '../../harness/formats/gguf-write.ts';
import { openModelFiles } from '../../harness/formats/model-files.ts';
import { openSafetensors } from '../../harness/formats/safetensors.ts';
import { PRESETS } from '../../harness/models/presets.ts';
import { embedModel } from '../../scripts/embed-model.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { errorOf } from './error-of.ts';

const fixtures = join(import.meta.dirname, '../fixtures/encoder');
const tinyBert = join(fixtures, 'tiny-bert');
const embedded = PRESETS.find(({ name }) => name === 'minilm-l6')?.path ?? '';
const models = process.env.PEFTBENCH_TEST_MODELS;
const FILES = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];

/** A copy of a tiny model in a folder of its own. */
function copyOf(name: string): string {
  const folder = temporaryFolder();
  for (const file of FILES) copyFileSync(join(fixtures, name, file), join(folder, file));
  return folder;
}

const sha256 = (text: string | Buffer) => createHash('sha256').update(text).digest('hex');

test.each([
  ['tiny-bert', 'bert', ''],
  ['tiny-roberta', 'roberta', 'roberta.'],
])('a folder: %s', async (name, type, prefix) => {
  const path = join(fixtures, name);
  const files = await openModelFiles(path);
  expect(files.config).toMatchObject({
    model_type: type,
    hidden_size: 32,
    num_hidden_layers: 2,
    num_attention_heads: 4,
  });
  expect(files.tensors.shape('encoder.layer.1.intermediate.dense.weight')).toEqual([64, 32]);
  const raw = openSafetensors(join(path, 'model.safetensors'));
  expect(files.tensors.names).toHaveLength(raw.names.length);
  for (const tensor of files.tensors.names) expect(files.tensors.read(tensor)).toEqual(raw.read(prefix + tensor));
  const { texts, ids } = JSON.parse(readFileSync(join(path, 'golden.json'), 'utf8'));
  texts.forEach(([first, second]: [string, string?], row: number) => {
    const encoded = files.tokenizer.encode(first, second, 62).ids;
    expect(encoded).toEqual(ids[row].slice(0, encoded.length));
  });
});

test('a RoBERTa whose template has a second type gives the one type that the model has', async () => {
  const folder = copyOf('tiny-roberta');
  const edit = (file: string, change: (json: Record<string, unknown>) => void) => {
    const json = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    change(json);
    writeFileSync(join(folder, file), JSON.stringify(json));
  };
  edit('tokenizer.json', (json) => {
    const second = { Sequence: { id: 'B', type_id: 1 } };
    const pair = [{ Sequence: { id: 'A', type_id: 0 } }, second];
    json.post_processor = { type: 'TemplateProcessing', single: pair.slice(0, 1), pair, special_tokens: {} };
  });
  const typeIds = async () => new Set((await openModelFiles(folder)).tokenizer.encode('a', 'b', 9).typeIds);
  expect(await typeIds()).toEqual(new Set([0]));
  edit('tokenizer_config.json', (json) => Object.assign(json, { tokenizer_class: 'PreTrainedTokenizerFast' }));
  expect(await typeIds()).toEqual(new Set([0]));
  edit('config.json', (json) => Object.assign(json, { type_vocab_size: 2 }));
  expect(await typeIds()).toEqual(new Set([0, 1]));
});

test('a token type more than there are embeddings is an input error where it occurs', async () => {
  const folder = copyOf('tiny-bert');
  change(folder, 'tokenizer.json', () => ({
    post_processor: {
      type: 'TemplateProcessing',
      single: [{ Sequence: { id: 'A', type_id: 0 } }],
      pair: [{ Sequence: { id: 'A', type_id: 0 } }, { Sequence: { id: 'B', type_id: 2 } }],
      special_tokens: {},
    },
  }));
  const { tokenizer } = await openModelFiles(folder);
  expect(new Set(tokenizer.encode('a', undefined, 9).typeIds)).toEqual(new Set([0]));
  expect(await errorOf(() => tokenizer.encode('a', 'b', 9))).toBe(
    `${folder}: the tokenizer gives tokens the type 2, expected types below type_vocab_size 2`,
  );
});

test('a folder without tokenizer.json says how to make it', async () => {
  const folder = copyOf('tiny-bert');
  rmSync(join(folder, 'tokenizer.json'));
  expect(await errorOf(() => openModelFiles(folder))).toBe(
    `${join(folder, 'tokenizer.json')}: there is no such file, expected the fast tokenizer's, which Python's transformers writes: AutoTokenizer.from_pretrained(${JSON.stringify(folder)}).save_pretrained(${JSON.stringify(folder)})`,
  );
});

test("a folder's checksum is that of its files' checksums, and changes with each of them", async () => {
  const lines = FILES.map((file) => `${sha256(readFileSync(join(tinyBert, file)))}  ${file}\n`);
  const original = (await openModelFiles(tinyBert)).sha256;
  expect(original).toBe(sha256(lines.join('')));
  for (const file of FILES) {
    const folder = copyOf('tiny-bert');
    const bytes = readFileSync(join(folder, file));
    if (file === 'model.safetensors') bytes[bytes.length - 4] = (bytes.at(-4) as number) ^ 1;
    writeFileSync(join(folder, file), file === 'model.safetensors' ? bytes : ` ${bytes}`);
    expect((await openModelFiles(folder)).sha256).not.toBe(original);
  }
});

test.each(['config.json', 'tokenizer.json', 'tokenizer_config.json'])(
  'a byte order mark in %s is read over, and UTF-16 is refused by name',
  async (file) => {
    const folder = copyOf('tiny-bert');
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    writeFileSync(path, `\ufeff${text}`);
    const marked = await openModelFiles(folder);
    const plain = await openModelFiles(tinyBert);
    expect(marked.config).toEqual(plain.config);
    expect(marked.tokenizer.encode('A text.', 'b', 32)).toEqual(plain.tokenizer.encode('A text.', 'b', 32));
    writeFileSync(path, Buffer.from(`\ufeff${text}`, 'utf16le'));
    expect(await errorOf(() => openModelFiles(folder))).toBe(`${path}: is UTF-16 text, expected UTF-8`);
  },
);

test("LayerNorm's old names, and the prefix of a task checkpoint", async () => {
  const folder = copyOf('tiny-bert');
  const bytes = readFileSync(join(folder, 'model.safetensors'));
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
  const renamed = Object.entries(header).map(([name, entry]) => [
    name === '__metadata__'
      ? name
      : `bert.${name.replace(/LayerNorm.weight$/, 'LayerNorm.gamma').replace(/LayerNorm.bias$/, 'LayerNorm.beta')}`,
    entry,
  ]);
  const text = Buffer.from(JSON.stringify(Object.fromEntries(renamed)));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  writeFileSync(join(folder, 'model.safetensors'), Buffer.concat([size, text, bytes.subarray(8 + length)]));
  const [{ tensors }, original] = [await openModelFiles(folder), (await openModelFiles(tinyBert)).tensors];
  expect([...tensors.names].sort()).toEqual([...original.names].sort());
  for (const name of original.names) expect(tensors.read(name)).toEqual(original.read(name));
  expect(await errorOf(() => tensors.read('absent'))).toMatch(
    /no tensor 'absent', nor with a prefix bert\., roberta\. or model\./,
  );
});

test('a decoder in shards, under the prefix of a task checkpoint, is the decoder in one file', async () => {
  const source = join(fixtures, '../decoder/llama');
  const [folder, whole] = [temporaryFolder(), await openModelFiles(source)];
  for (const file of ['config.json', 'tokenizer.json', 'tokenizer_config.json'])
    copyFileSync(join(source, file), join(folder, file));
  const raw = openSafetensors(join(source, 'model.safetensors'));
  const shardOf = (index: number) => `model-0000${(index % 3) + 1}-of-00003.safetensors`;
  for (const shard of [0, 1, 2].map(shardOf)) {
    const names = raw.names.filter((_, index) => shardOf(index) === shard);
    writeFileSync(join(folder, shard), safetensors(names.map((name) => [name, raw.shape(name), raw.read(name)])));
  }
  const weightMap = Object.fromEntries(raw.names.map((name, index) => [name, shardOf(index)]));
  writeFileSync(join(folder, 'model.safetensors.index.json'), JSON.stringify({ metadata: {}, weight_map: weightMap }));
  const { tensors, sha256: checksum } = await openModelFiles(folder);
  expect(raw.names).toContain('model.layers.0.input_layernorm.weight');
  expect([...tensors.names].sort()).toEqual([...whole.tensors.names].sort());
  expect(tensors.names).toContain('layers.0.input_layernorm.weight');
  for (const name of whole.tensors.names) expect(tensors.read(name)).toEqual(whole.tensors.read(name));
  expect(checksum).not.toBe(whole.sha256);
  rmSync(join(folder, shardOf(1)));
  expect(await errorOf(() => openModelFiles(folder))).toMatch(/model-00002-of-00003\.safetensors: cannot be opened/);
});

/** The bytes of a safetensors file of 32-bit floats. */
function safetensors(tensors: readonly (readonly [string, readonly number[], Float32Array])[]): Buffer {
  let end = 0;
  const entries = tensors.map(([name, shape, { byteLength }]) => {
    const begin = end;
    end += byteLength;
    return [name, { dtype: 'F32', shape, data_offsets: [begin, end] }] as const;
  });
  const header = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const data = tensors.map(([, , values]) => Buffer.from(values.buffer, values.byteOffset, values.byteLength));
  return Buffer.concat([length, header, ...data]);
}

test('a model written as GGUF has the same sizes, tokens and weights', async () => {
  const path = join(temporaryFolder(), 'tiny.gguf');
  await embedModel(tinyBert, path);
  const [folder, gguf] = [await openModelFiles(tinyBert), await openModelFiles(path)];
  for (const key of Object.keys(gguf.config).filter((each) => each !== 'layer_norm_eps'))
    expect(gguf.config[key], key).toEqual(folder.config[key]);
  expect(gguf.config.layer_norm_eps).toBe(Math.fround(Number(folder.config.layer_norm_eps)));
  expect(gguf.sha256).toBe(sha256(readFileSync(path)));
  expect(gguf.tokenizer.encode('a plane', 'the cat', 20)).toEqual(folder.tokenizer.encode('a plane', 'the cat', 20));
  expect([...gguf.tensors.names].sort()).toEqual([...folder.tensors.names].sort());
  for (const name of folder.tensors.names) {
    const [theirs, ours] = [folder.tensors.read(name), gguf.tensors.read(name)];
    expect(gguf.tensors.shape(name)).toEqual(folder.tensors.shape(name));
    const exact = folder.tensors.shape(name).length === 1;
    theirs.forEach((value, i) => {
      expect(Math.abs((ours[i] as number) - value)).toBeLessThanOrEqual(exact ? 0 : 0.01);
    });
  }
  expect((await openModelFiles(join(path, '..'))).sha256).toBe(gguf.sha256);
});

test('the embedded model is whole: names, types, size, licence and source', async () => {
  const gguf = openGguf(embedded);
  expect(statSync(embedded).size).toBeLessThan(26_000_000);
  expect(gguf.names).toEqual(bertTensorNames(6).map(([, name]) => name));
  for (const name of gguf.names) expect(gguf.type(name)).toBe(gguf.shape(name).length === 2 ? 'Q8_0' : 'F32');
  expect(gguf.metadata.get('general.license')).toBe('apache-2.0');
  expect(gguf.metadata.get('general.source.url')).toBe('https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2');
  expect(readFileSync(join(embedded, '../LICENSE'), 'utf8')).toMatch(
    /Apache License\s+Version 2\.0[\s\S]*The MIT License/,
  );
  const { config, tokenizer } = await openModelFiles(embedded);
  expect(config).toEqual({
    model_type: 'bert',
    hidden_act: 'gelu',
    hidden_size: 384,
    num_hidden_layers: 6,
    num_attention_heads: 12,
    intermediate_size: 1536,
    layer_norm_eps: Math.fround(1e-12),
    vocab_size: 30522,
    max_position_embeddings: 512,
    type_vocab_size: 2,
    pad_token_id: 0,
  });
  expect(tokenizer.encode('hello world', undefined, 128).ids).toEqual([101, 7592, 2088, 102]);
});

test.skipIf(models === undefined)(
  'the embedded model is made from its source, byte for byte (skipped unless PEFTBENCH_MODELS names a folder that holds all-MiniLM-L6-v2)',
  async () => {
    const path = join(temporaryFolder(), 'again.gguf');
    await embedModel(join(models ?? '', 'all-MiniLM-L6-v2'), path);
    expect(sha256(readFileSync(path))).toBe(sha256(readFileSync(embedded)));
  },
);

test('a folder without config.json is an input error that names it', async () => {
  const folder = copyOf('tiny-bert');
  rmSync(join(folder, 'config.json'));
  expect(await errorOf(() => openModelFiles(folder))).toBe(`${join(folder, 'config.json')}: cannot be read (ENOENT)`);
});

test('a path that is no model is an input error', async () => {
  const folder = temporaryFolder({ 'a.gguf': 'x', 'b.gguf': 'y', 'c.txt': '', 'empty/c.txt': '' });
  expect(await errorOf(() => openModelFiles(join(folder, 'absent')))).toMatch(
    /absent: does not exist, expected a model/,
  );
  expect(await errorOf(() => openModelFiles(join(folder, 'c.txt')))).toMatch(/c\.txt: is not a \.gguf file/);
  expect(await errorOf(() => openModelFiles(join(folder, 'empty')))).toMatch(/has neither model\.safetensors/);
  expect(await errorOf(() => openModelFiles(folder))).toMatch(
    /has 2 \.gguf files \(a\.gguf, b\.gguf, \.\.\.\), name one/,
  );
  expect(await errorOf(() => openModelFiles(join(folder, 'a.gguf')))).toMatch(/a\.gguf: ends at byte 1/);
});

test('a token more than there are embeddings is an input error where it occurs, not before', async () => {
  const folder = temporaryFolder();
  const source = join(fixtures, '../decoder/llama');
  for (const file of FILES) copyFileSync(join(source, file), join(folder, file));
  // As fine-tunes of LLaMA 2 are published: [PAD] is added, and neither embeddings nor vocab_size know of it.
  const added = { id: 381, content: '[PAD]', special: true, normalized: false, single_word: false, lstrip: false };
  change(folder, 'tokenizer.json', ({ added_tokens: tokens }) => ({
    added_tokens: [...(tokens as object[]), { ...added, rstrip: false }],
  }));
  change(folder, 'tokenizer_config.json', () => ({ pad_token: '[PAD]' }));
  const { tokenizer } = await openModelFiles(folder);
  const plain = (await openModelFiles(source)).tokenizer;
  expect(tokenizer.vocabSize).toBe(382);
  expect(tokenizer.encode('a plane', undefined, 64)).toEqual(plain.encode('a plane', undefined, 64));
  expect(tokenizer.tokenize('a plane')).toEqual(plain.tokenize('a plane'));
  expect([tokenizer.bosTokenId, tokenizer.eosTokenId]).toEqual([plain.bosTokenId, plain.eosTokenId]);
  const refusal = (text: string) =>
    `${folder}: the text "${text}" has the token "[PAD]" (id 381), expected ids below vocab_size 381`;
  expect(await errorOf(() => tokenizer.encode('a [PAD]', undefined, 64))).toBe(refusal('a [PAD]'));
  expect(await errorOf(() => tokenizer.encode('a', 'b[PAD]', 64))).toBe(refusal('a b[PAD]'));
  expect(await errorOf(() => tokenizer.tokenize('[PAD]'))).toBe(refusal('[PAD]'));
  change(folder, 'tokenizer_config.json', () => ({ eos_token: '[PAD]' }));
  expect((await openModelFiles(folder)).tokenizer.eosTokenId).toBeUndefined();
});

/** Changes keys of a folder's JSON file. */
function change(folder: string, file: string, changes: (content: Record<string, unknown>) => object): void {
  const content: Record<string, unknown> = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  writeFileSync(join(folder, file), JSON.stringify({ ...content, ...changes(content) }));
}

const matrix = (name: string): GgufTensor => ({ name, shape: [1, 32], type: 'F32', data: new Float32Array(32) });
const sizes = Object.fromEntries(
  ['embedding_length', 'block_count', 'attention.head_count', 'feed_forward_length'].map((key) => [
    `bert.${key}`,
    { uint32: 1 },
  ]),
);
const metadata: Readonly<Record<string, GgufValue>> = {
  'general.architecture': 'bert',
  ...sizes,
  'bert.attention.layer_norm_epsilon': { float32: 1e-12 },
};
const tensors = ['blk.0.attn_q.weight', 'token_embd.weight', 'position_embd.weight', 'token_types.weight'].map(matrix);

test.each<[string, GgufContents, RegExp]>([
  [
    'another architecture',
    { metadata: { 'general.architecture': 'mamba' }, tensors },
    /general\.architecture is "mamba", expected one of bert, llama$/,
  ],
  [
    'a missing key',
    { metadata: { 'general.architecture': 'bert' }, tensors },
    /metadata key 'bert\.block_count' is undefined/,
  ],
  ['no embeddings', { metadata, tensors: tensors.slice(0, 1) }, /no tensor 'token_embd\.weight'/],
  [
    'more layers than there are',
    { metadata: { ...metadata, 'bert.block_count': { uint32: 4_000_000_000 } }, tensors },
    /no tensor 'blk\.3999999999\.attn_q\.weight'/,
  ],
  [
    'no tokenizer',
    { metadata, tensors },
    /has neither metadata key 'tokenizer\.huggingface\.json' nor 'tokenizer\.ggml\.model', expected a tokenizer/,
  ],
  [
    'a tokenizer that is no JSON',
    { metadata: { ...metadata, 'tokenizer.huggingface.json': '{' }, tensors },
    /tokenizer\.huggingface\.json:1:\d+: not JSON: found /,
  ],
])('a GGUF file with %s is an input error', async (_, contents, message) => {
  const path = join(temporaryFolder(), 'a.gguf');
  writeGguf(path, contents);
  expect(await errorOf(() => openModelFiles(path))).toMatch(message);
});
