// BERT in a GGUF file: llama.cpp's tensor names and metadata keys beside Hugging Face's.
// Names: gguf-py/gguf/constants.py and tensor_mapping.py. llama.cpp has no name for the pooler; its classifier's dense
// layer, `cls`, does the same with the first token.
import { InputError } from '../contracts/input-error.ts';
import type { GgufFile } from './gguf.ts';
import { metadataOf } from './gguf-metadata.ts';
import type { GgufValue } from './gguf-write.ts';
import { type JsonObject, quoted } from './json-object.ts';
import { entryOf, type TensorFile } from './tensor-file.ts';

/** Pairs of names [Hugging Face, llama.cpp] of a BERT model, in the order of the forward pass. */
export function bertTensorNames(layers: number): readonly (readonly [string, string])[] {
  const modules: [string, string][] = [
    ['embeddings.LayerNorm', 'token_embd_norm'],
    ...Array.from({ length: layers }, (_, layer) =>
      LAYER_MODULES.map(([ours, theirs]): [string, string] => [
        `encoder.layer.${layer}.${ours}`,
        `blk.${layer}.${theirs}`,
      ]),
    ).flat(),
    ['pooler.dense', 'cls'],
  ];
  return [
    ['embeddings.word_embeddings.weight', 'token_embd.weight'],
    ['embeddings.position_embeddings.weight', 'position_embd.weight'],
    ['embeddings.token_type_embeddings.weight', 'token_types.weight'],
    ...modules.flatMap(([ours, theirs]): [string, string][] => [
      [`${ours}.weight`, `${theirs}.weight`],
      [`${ours}.bias`, `${theirs}.bias`],
    ]),
  ];
}

/**
 * The configuration of a GGUF model under Hugging Face's BERT keys. Vocabulary, positions and token types are the
 * embeddings' rows. A RoBERTa model appears as BERT too: llama.cpp cuts the positions that RoBERTa leaves unused.
 * @throws InputError where a key is missing
 */
export function bertConfig(file: GgufFile): JsonObject {
  const { number } = metadataOf(file.metadata, file.path);
  const layers = number('bert.block_count');
  // That the last layer is there bounds what is made for each of them.
  file.shape(`blk.${layers - 1}.attn_q.weight`);
  return {
    model_type: 'bert',
    hidden_act: 'gelu',
    hidden_size: number('bert.embedding_length'),
    num_hidden_layers: layers,
    num_attention_heads: number('bert.attention.head_count'),
    intermediate_size: number('bert.feed_forward_length'),
    layer_norm_eps: number('bert.attention.layer_norm_epsilon'),
    vocab_size: file.shape('token_embd.weight')[0],
    max_position_embeddings: file.shape('position_embd.weight')[0],
    type_vocab_size: file.shape('token_types.weight')[0],
    pad_token_id: number('tokenizer.ggml.padding_token_id', 0),
  };
}

/** The inverse of `bertConfig`, for writing. @throws InputError where a key is missing. `path` names the source. */
export function bertMetadata(config: JsonObject, path: string): Readonly<Record<string, GgufValue>> {
  const number = (key: string): number => {
    const value = config[key];
    if (typeof value === 'number') return value;
    throw new InputError(`${path}: key '${key}' is ${quoted(value)}, expected a number`);
  };
  if (config.model_type !== 'bert')
    throw new InputError(`${path}: key 'model_type' is ${quoted(config.model_type)}, expected "bert"`);
  return {
    'bert.context_length': { uint32: number('max_position_embeddings') },
    'bert.embedding_length': { uint32: number('hidden_size') },
    'bert.feed_forward_length': { uint32: number('intermediate_size') },
    'bert.block_count': { uint32: number('num_hidden_layers') },
    'bert.attention.head_count': { uint32: number('num_attention_heads') },
    'bert.attention.layer_norm_epsilon': { float32: number('layer_norm_eps') },
    'bert.attention.causal': false,
    'tokenizer.ggml.padding_token_id': { uint32: number('pad_token_id') },
  };
}

/** The tensors of a GGUF file under Hugging Face's BERT names; those that BERT does not have are left out. */
export function bertTensors(file: GgufFile, config: JsonObject): TensorFile {
  const present = new Set(file.names);
  const names = new Map(bertTensorNames(Number(config.num_hidden_layers)).filter(([, theirs]) => present.has(theirs)));
  const original = (name: string): string => entryOf(names, file.path, name);
  return {
    path: file.path,
    names: [...names.keys()],
    shape: (name) => file.shape(original(name)),
    read: (name) => file.read(original(name)),
  };
}

/** Modules of a layer, each with weight and bias. */
const LAYER_MODULES = [
  ['attention.self.query', 'attn_q'],
  ['attention.self.key', 'attn_k'],
  ['attention.self.value', 'attn_v'],
  ['attention.output.dense', 'attn_output'],
  ['attention.output.LayerNorm', 'attn_output_norm'],
  ['intermediate.dense', 'ffn_up'],
  ['output.dense', 'ffn_down'],
  ['output.LayerNorm', 'layer_output_norm'],
] as const;
