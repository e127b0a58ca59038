// One tiny LLaMA twice, as transformers saves it and by llama.cpp's rules (scripts/fixtures/decoder_files.py).
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { openGguf } from '../../harness/formats/gguf.ts';
import { llamaConfig, llamaTensors } from '../../harness/formats/gguf-llama.ts';
import { type GgufTensor, type GgufValue, writeGguf } from '../../harness/formats/gguf-write.ts';
import { openModelFiles } from '../../harness/formats/model-files.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { errorOf } from './error-of.ts';

const fixtures = join(import.meta.dirname, '../fixtures/decoder');
const models = process.env.PEFTBENCH_TEST_MODELS;

test('configuration, tensors and tokens are those that transformers saves', async () => {
  const gguf = await openModelFiles(join(fixtures, 'llama.gguf'));
  const folder = await openModelFiles(join(fixtures, 'llama'));
  for (const [key, value] of Object.entries(gguf.config).filter(
    ([each]) => !['rms_norm_eps', 'pad_token_id'].includes(each),
  ))
    expect(value, key).toEqual(folder.config[key]);
  expect(gguf.config.rms_norm_eps).toBe(Math.fround(1e-5));
  expect(gguf.config.pad_token_id).toBeNull();
  expect(gguf.config).not.toHaveProperty('rope_factors');
  expect([...gguf.tensors.names].sort()).toEqual([...folder.tensors.names].sort());
  expect(gguf.tensors.names).toContain('layers.1.self_attn.k_proj.weight');
  for (const name of folder.tensors.names) {
    expect(gguf.tensors.shape(name)).toEqual(folder.tensors.shape(name));
    expect(gguf.tensors.read(name), name).toEqual(folder.tensors.read(name));
  }
  const { smollm } = JSON.parse(readFileSync(join(fixtures, 'tokenizers.json'), 'utf8'));
  for (const { tokenizer } of [gguf, folder]) {
    expect([tokenizer.bosTokenId, tokenizer.eosTokenId]).toEqual([1, 2]);
    for (const [text, ids, decoded] of smollm.cases) {
      expect(tokenizer.encode(text, undefined, 512).ids, JSON.stringify(text)).toEqual(ids);
      expect(tokenizer.decode(ids)).toBe(decoded);
    }
  }
});

const uint32 = (value: number) => ({ uint32: value });
const METADATA: Readonly<Record<string, GgufValue>> = {
  'general.architecture': 'llama',
  'llama.context_length': uint32(64),
  'llama.embedding_length': uint32(8),
  'llama.block_count': uint32(1),
  'llama.feed_forward_length': uint32(4),
  'llama.attention.head_count': uint32(2),
  'llama.attention.layer_norm_rms_epsilon': { float32: 1e-6 },
};

const tensor = (name: string, shape: number[], value = (i: number) => i): GgufTensor => ({
  name,
  shape,
  type: 'F32',
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
});
const TENSORS = [tensor('token_embd.weight', [5, 8]), tensor('blk.0.attn_norm.weight', [8])];

function written(metadata: Readonly<Record<string, GgufValue>>, tensors: readonly GgufTensor[]) {
  const path = join(temporaryFolder(), 'a.gguf');
  writeGguf(path, { metadata, tensors });
  return openGguf(path);
}

test('what a file leaves out: as many heads of keys as of queries, base 10000, tied embeddings, no special ids', () => {
  expect(llamaConfig(written(METADATA, TENSORS))).toEqual({
    model_type: 'llama',
    hidden_act: 'silu',
    hidden_size: 8,
    num_hidden_layers: 1,
    num_attention_heads: 2,
    num_key_value_heads: 2,
    head_dim: 4,
    intermediate_size: 4,
    vocab_size: 5,
    max_position_embeddings: 64,
    rms_norm_eps: Math.fround(1e-6),
    rope_theta: 10_000,
    tie_word_embeddings: true,
    attention_bias: false,
    mlp_bias: false,
    bos_token_id: null,
    eos_token_id: null,
    pad_token_id: null,
  });
});

test('a sliding window, scaled positions and factors of frequencies', () => {
  const metadata = {
    ...METADATA,
    'llama.attention.sliding_window': uint32(16),
    'llama.rope.scaling.type': 'linear',
    'llama.rope.scaling.factor': { float32: 4 },
    'tokenizer.ggml.bos_token_id': uint32(3),
  };
  const factors = tensor('rope_freqs.weight', [2], (i) => 1 + 0.1 * i);
  const config = llamaConfig(written(metadata, [...TENSORS, factors, tensor('output.weight', [5, 8])]));
  expect(config).toMatchObject({
    model_type: 'mistral',
    sliding_window: 16,
    rope_scaling: { rope_type: 'linear', factor: 4 },
    rope_factors: [1, Math.fround(1.1)],
    tie_word_embeddings: false,
    bos_token_id: 3,
  });
});

test('rows of q and k, and their biases, go back to halves; those of v stay', () => {
  const names = ['attn_q.weight', 'attn_k.weight', 'attn_v.weight', 'attn_q.bias'];
  const shapes = [[8, 2], [4, 2], [4, 2], [8]];
  const attention = names.map((name, i) => tensor(`blk.0.${name}`, shapes[i] ?? []));
  const file = written(METADATA, [...TENSORS, ...attention]);
  const config = llamaConfig(file);
  const tensors = llamaTensors(file, config);
  const read = (name: string) => [...tensors.read(`layers.0.self_attn.${name}`)];
  expect(config.attention_bias).toBe(true);
  expect(read('q_proj.bias')).toEqual([0, 2, 1, 3, 4, 6, 5, 7]);
  expect(read('k_proj.weight')).toEqual([0, 1, 4, 5, 2, 3, 6, 7]);
  expect(read('v_proj.weight')).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(read('q_proj.weight').slice(8)).toEqual([8, 9, 12, 13, 10, 11, 14, 15]);
});

test('a bias of any linear map, in any layer, is one; those of norms are none', () => {
  const biases = (names: readonly string[]) => {
    const file = written(METADATA, [...TENSORS, ...names.map((name) => tensor(`blk.${name}.bias`, [8]))]);
    const { attention_bias, mlp_bias } = llamaConfig(file);
    return [attention_bias, mlp_bias];
  };
  for (const name of ['0.attn_v', '1.attn_output', '12.attn_k']) expect(biases([name])).toEqual([true, false]);
  for (const name of ['0.ffn_gate', '3.ffn_down']) expect(biases([name])).toEqual([false, true]);
  expect(biases(['0.attn_norm', '0.ffn_norm'])).toEqual([false, false]);
});

test.each<[string, Record<string, GgufValue>, readonly GgufTensor[], RegExp]>([
  [
    'experts',
    { 'llama.expert_count': uint32(8) },
    TENSORS,
    /llama\.expert_count' is 8, expected 0: mixtures of experts/,
  ],
  ['values of another size', { 'llama.attention.value_length': uint32(8) }, TENSORS, /value_length' is 8, expected 4/],
  [
    'positions in a part of the head',
    { 'llama.rope.dimension_count': uint32(2) },
    TENSORS,
    /dimension_count' is 2, expected 4/,
  ],
  [
    'yarn',
    { 'llama.rope.scaling.type': 'yarn' },
    TENSORS,
    /llama\.rope\.scaling\.type' is "yarn", expected "none" or "linear"/,
  ],
  [
    'heads that do not divide',
    { 'llama.attention.head_count': uint32(3) },
    TENSORS,
    /heads have 2\.6\d* features, expected a positive even number/,
  ],
  ['no heads', { 'llama.attention.head_count': uint32(0) }, TENSORS, /heads have Infinity features/],
  ['a text for a number', { 'llama.block_count': 'one' }, TENSORS, /llama\.block_count' is "one", expected a number/],
  [
    '4,000,000,000 layers',
    { 'llama.block_count': uint32(4_000_000_000) },
    TENSORS,
    /no tensor 'blk\.3999999999\.attn_norm\.weight'/,
  ],
  ['no embeddings', {}, TENSORS.slice(1), /no tensor 'token_embd\.weight'/],
  [
    'too many factors of frequencies',
    {},
    [...TENSORS, tensor('rope_freqs.weight', [3], () => 1)],
    /tensor 'rope_freqs\.weight' is not 2 positive numbers/,
  ],
  [
    'a factor of 0',
    {},
    [...TENSORS, tensor('rope_freqs.weight', [2])],
    /tensor 'rope_freqs\.weight' is not 2 positive numbers/,
  ],
])('%s: an input error', async (_, changes, tensors, message) => {
  const file = written({ ...METADATA, ...changes }, tensors);
  const error = await errorOf(() => llamaConfig(file));
  expect(error).toMatch(message);
  expect(error.startsWith(`${file.path}: `)).toBe(true);
});

test('rows that are no whole heads are an input error', async () => {
  const file = written(METADATA, [...TENSORS, tensor('blk.0.attn_q.weight', [6, 2])]);
  const tensors = llamaTensors(file, llamaConfig(file));
  expect(await errorOf(() => tensors.read('layers.0.self_attn.q_proj.weight'))).toMatch(
    /'layers\.0\.self_attn\.q_proj\.weight' has 6 rows, expected a multiple of head_dim 4/,
  );
  expect(await errorOf(() => tensors.read('layers.0.mlp.up_proj.weight'))).toMatch(/no tensor 'layers\.0\.mlp/);
});

test('a model cut off anywhere, or with any byte of its head changed, opens or is an input error', async () => {
  const whole = readFileSync(join(fixtures, 'llama.gguf'));
  const path = join(temporaryFolder(), 'broken.gguf');
  const open = async () => {
    try {
      const { tensors, tokenizer } = await openModelFiles(path);
      for (const name of tensors.names) tensors.read(name);
      tokenizer.encode('a text', undefined, 512);
      return true;
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      return false;
    }
  };
  await fc.assert(
    fc.asyncProperty(fc.nat(whole.length - 33), async (length) => {
      writeFileSync(path, whole.subarray(0, length));
      expect(await open()).toBe(false);
    }),
    { numRuns: 50 },
  );
  const head = whole.length - 66_000;
  await fc.assert(
    fc.asyncProperty(fc.nat(head), fc.integer({ min: 0, max: 255 }), async (at, byte) => {
      const bytes = Buffer.from(whole);
      bytes[at] = byte;
      writeFileSync(path, bytes);
      await open();
    }),
    { numRuns: 300 },
  );
}, 120_000);

test.skipIf(models === undefined)(
  'SmolLM2-135M-Instruct as transformers reads it (skipped unless PEFTBENCH_MODELS names a folder that holds it)',
  async () => {
    const { config, tensors } = await openModelFiles(join(models ?? '', 'SmolLM2-135M-Instruct'));
    const golden = JSON.parse(readFileSync(join(fixtures, 'smollm2.json'), 'utf8'));
    expect(config).toMatchObject({ ...golden.config, model_type: 'llama', tie_word_embeddings: true });
    expect(config).toMatchObject({ bos_token_id: 1, eos_token_id: 2, pad_token_id: 2 });
    expect(tensors.names).toHaveLength(272);
    const sha256 = (name: string) => createHash('sha256').update(tensors.read(name)).digest('hex');
    for (const [name, expected] of Object.entries(golden.sha256)) expect(sha256(name), name).toBe(expected);
    expect(Object.keys(golden.sha256)).toHaveLength(20);
  },
);
