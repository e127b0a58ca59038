// LLaMA and Mistral in a GGUF file: llama.cpp's tensor names and metadata keys beside Hugging Face's.
// Names: gguf-py/gguf/constants.py and tensor_mapping.py. llama.cpp rotates neighbouring pairs of a head where Hugging
// Face rotates its halves, so its converter reorders the rows of q and k (convert_hf_to_gguf.py, LlamaModel.permute).
import { InputError } from '../contracts/input-error.ts';
import type { PackedArrays } from '../tensor/index.ts';
import type { GgufFile } from './gguf.ts';
import { type GgufMetadata, metadataOf } from './gguf-metadata.ts';
import type { JsonObject } from './json-object.ts';
import { entryOf, type TensorFile } from './tensor-file.ts';

/**
 * The configuration of a GGUF model under Hugging Face's LLaMA keys; Mistral's where there is a sliding window.
 * One key is not Hugging Face's: `rope_factors`, [head_dim / 2], by which each rotary frequency is divided. llama.cpp
 * keeps LLaMA 3's scaling like that, in the tensor rope_freqs.weight, and not its four parameters.
 * @throws InputError where a key is missing or says what Hugging Face's LLaMA cannot do
 */
export function llamaConfig(file: GgufFile): JsonObject {
  const metadata = metadataOf(file.metadata, file.path);
  const has = (tensor: string): boolean => file.names.includes(tensor);
  const id = (key: string): number | null => (metadata.has(key) ? metadata.number(key) : null);
  const hidden = metadata.number('llama.embedding_length');
  const heads = metadata.number('llama.attention.head_count');
  const headDim = metadata.number('llama.attention.key_length', hidden / heads);
  const layers = metadata.number('llama.block_count');
  // That the last layer is there bounds what is made for each of them.
  file.shape(`blk.${layers - 1}.attn_norm.weight`);
  checkSupported(metadata, headDim, file.path);
  const window = metadata.number('llama.attention.sliding_window', 0);
  return {
    model_type: window > 0 ? 'mistral' : 'llama',
    hidden_act: 'silu',
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: metadata.number('llama.attention.head_count_kv', heads),
    head_dim: headDim,
    intermediate_size: metadata.number('llama.feed_forward_length'),
    vocab_size: file.shape('token_embd.weight')[0],
    max_position_embeddings: metadata.number('llama.context_length'),
    rms_norm_eps: metadata.number('llama.attention.layer_norm_rms_epsilon'),
    rope_theta: metadata.number('llama.rope.freq_base', 10_000),
    ...ropeScaling(metadata, file.path),
    ...(has('rope_freqs.weight') ? { rope_factors: ropeFactors(file, headDim) } : {}),
    ...(window > 0 ? { sliding_window: window } : {}),
    tie_word_embeddings: !has('output.weight'),
    attention_bias: hasBias(file, 'attn'),
    mlp_bias: hasBias(file, 'ffn'),
    // Left out, they would be Hugging Face's usual ones.
    bos_token_id: id('tokenizer.ggml.bos_token_id'),
    eos_token_id: id('tokenizer.ggml.eos_token_id'),
    pad_token_id: id('tokenizer.ggml.padding_token_id'),
  };
}

/** The tensors of a GGUF file under the names of Hugging Face's bare model and `lm_head`; others are left out. */
export function llamaTensors(file: GgufFile, config: JsonObject): TensorFile {
  const present = new Set(file.names);
  const names = new Map(llamaTensorNames(Number(config.num_hidden_layers)).filter(([, theirs]) => present.has(theirs)));
  const original = (name: string): string => entryOf(names, file.path, name);
  const headDim = Number(config.head_dim);
  return {
    path: file.path,
    names: [...names.keys()],
    shape: (name) => file.shape(original(name)),
    read(name) {
      const values = file.read(original(name));
      if (/\.self_attn\.[qk]_proj\./.test(name))
        unpermute(values, file.shape(original(name)), headDim, file.path, name);
      return values;
    },
    readPacked(name, precision) {
      const packed = file.readPacked?.(original(name), precision);
      if (packed !== undefined && /\.self_attn\.[qk]_proj\./.test(name)) {
        const { shape, codes, scales, minimums } = packed;
        for (const part of [codes, scales, minimums]) if (part) unpermute(part, shape, headDim, file.path, name);
      }
      return packed;
    },
  };
}

/** Pairs of names [Hugging Face, llama.cpp] of a LLaMA model, in the order of the forward pass. */
export function llamaTensorNames(layers: number): readonly (readonly [string, string])[] {
  const layerNames = (layer: number): [string, string][] =>
    LAYER_MODULES.flatMap(([ours, theirs]) =>
      ['weight', 'bias'].map((part): [string, string] => [
        `layers.${layer}.${ours}.${part}`,
        `blk.${layer}.${theirs}.${part}`,
      ]),
    );
  return [
    ['embed_tokens.weight', 'token_embd.weight'],
    ...Array.from({ length: layers }, (_, layer) => layerNames(layer)).flat(),
    ['norm.weight', 'output_norm.weight'],
    ['lm_head.weight', 'output.weight'],
  ];
}

type PackedPart = PackedArrays['codes'];

/** Rows of a head in the order of the file, 2 j + p, to p headDim / 2 + j: in place, one head after the other. */
function unpermute(
  values: Float32Array | PackedPart,
  shape: readonly number[],
  headDim: number,
  path: string,
  name: string,
): void {
  const [rows = 0] = shape;
  if (rows % headDim !== 0)
    throw new InputError(`${path}: tensor '${name}' has ${rows} rows, expected a multiple of head_dim ${headDim}`);
  const columns = values.length / rows;
  for (let start = 0; start < values.length; start += headDim * columns) {
    const head = values.slice(start, start + headDim * columns);
    for (let row = 0; row < headDim; row++) {
      const to = start + ((row & 1) * (headDim / 2) + (row >> 1)) * columns;
      values.set(head.subarray(row * columns, (row + 1) * columns), to);
    }
  }
}

/** llama.cpp gives the architecture `llama` to more than Hugging Face's LLaMA. */
function checkSupported(metadata: GgufMetadata, headDim: number, path: string): void {
  if (!Number.isInteger(headDim) || headDim <= 0 || headDim % 2 !== 0)
    throw new InputError(`${path}: heads have ${headDim} features, expected a positive even number`);
  const expect = (key: string, expected: number, reason: string): void => {
    const value = metadata.number(key, expected);
    if (value !== expected)
      throw new InputError(`${path}: metadata key '${key}' is ${value}, expected ${expected}: ${reason}`);
  };
  expect('llama.expert_count', 0, 'mixtures of experts are not read');
  expect('llama.attention.value_length', headDim, 'keys and values of a head have one size');
  expect('llama.rope.dimension_count', headDim, 'rotary positions cover the whole head');
}

/** Whether any linear map of attention (`attn_q`, ...) or feed-forward part (`ffn_up`, ...) has a bias. */
function hasBias({ names }: GgufFile, part: 'attn' | 'ffn'): boolean {
  const linear = new RegExp(`^blk\\.\\d+\\.${part}_(?!norm\\.)\\w+\\.bias$`);
  return names.some((name) => linear.test(name));
}

function ropeScaling(metadata: GgufMetadata, path: string): JsonObject {
  const key = 'llama.rope.scaling.type';
  const type = metadata.has(key) ? metadata.string(key) : 'none';
  if (type === 'none') return {};
  if (type !== 'linear')
    throw new InputError(`${path}: metadata key '${key}' is "${type}", expected "none" or "linear"`);
  return { rope_scaling: { rope_type: type, factor: metadata.number('llama.rope.scaling.factor') } };
}

function ropeFactors(file: GgufFile, headDim: number): number[] {
  const factors = [...file.read('rope_freqs.weight')];
  if (factors.length === headDim / 2 && factors.every((factor) => factor > 0)) return factors;
  throw new InputError(`${file.path}: tensor 'rope_freqs.weight' is not ${headDim / 2} positive numbers`);
}

/** Modules of a layer; norms have no bias, linear maps rarely do. */
const LAYER_MODULES = [
  ['input_layernorm', 'attn_norm'],
  ['self_attn.q_proj', 'attn_q'],
  ['self_attn.k_proj', 'attn_k'],
  ['self_attn.v_proj', 'attn_v'],
  ['self_attn.o_proj', 'attn_output'],
  ['post_attention_layernorm', 'ffn_norm'],
  ['mlp.gate_proj', 'ffn_gate'],
  ['mlp.up_proj', 'ffn_up'],
  ['mlp.down_proj', 'ffn_down'],
] as const;
