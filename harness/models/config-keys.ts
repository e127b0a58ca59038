// The keys of a Hugging Face configuration: which are read, which decide the arithmetic and have one value here, which do
// neither. A key in none of the lists is passed over: the classes of transformers that compute these models read no other
// (the lists hold all that they read, which a test checks), and published files carry keys of many tools.
import { isJsonObject } from '../formats/json-object.ts';
import type { ConfigReader } from './config-reader.ts';

type Value = string | number | boolean | null;

export interface ConfigKeys {
  readonly read: readonly string[];
  /** The values with which a model computes what is computed here, the usual one first; null for none. */
  readonly only: Readonly<Record<string, readonly [Value, ...Value[]]>>;
  readonly harmless: readonly string[];
}

/** @throws InputError for a value with which the model would compute something else; one that is empty is as if absent */
export function checkKeys(config: ConfigReader, { only }: ConfigKeys): void {
  for (const [key, values] of Object.entries(only)) if (!isEmpty(config.value(key))) config.oneOf(key, values);
  const code = config.value('auto_map');
  if (isJsonObject(code) && Object.keys(code).some((name) => name.startsWith('AutoModel')))
    config.refuse('auto_map', "no AutoModel: a model's own code is not run");
}

const isEmpty = (value: unknown): boolean => typeof value === 'object' && Object.keys(value ?? {}).length === 0;

/** What any configuration of transformers may hold. */
const COMMON = {
  read: ['model_type', 'architectures', 'auto_map'],
  only: {
    is_encoder_decoder: [false],
    add_cross_attention: [false],
    pruned_heads: [null],
    per_layer_config: [null],
    quantization_config: [null],
    // Of llm-compressor and of MLX.
    compression_config: [null],
    quantization: [null],
  },
  harmless: [
    ...[
      '_commit_hash',
      '_name_or_path',
      'name_or_path',
      'transformers_version',
      'dtype',
      'torch_dtype',
      'use_bfloat16',
    ],
    ...['attn_implementation', 'experts_implementation', 'gradient_checkpointing', 'chunk_size_feed_forward'],
    ...['return_dict', 'output_attentions', 'output_hidden_states', 'torchscript', 'tf_legacy_loss', 'use_cache'],
    ...['finetuning_task', 'task_specific_params', 'problem_type', 'num_labels', 'id2label', 'label2id'],
    ...['tokenizer_class', 'prefix', 'sep_token_id', 'decoder_start_token_id', 'cross_attention_hidden_size'],
    ...['tie_encoder_decoder', 'initializer_range'],
    // Dropout is the study's.
    ...['hidden_dropout_prob', 'attention_probs_dropout_prob', 'attention_dropout', 'classifier_dropout'],
    // Generation is the protocol's.
    ...['max_length', 'min_length', 'do_sample', 'early_stopping', 'num_beams', 'num_beam_groups', 'temperature'],
    ...['top_k', 'top_p', 'typical_p', 'diversity_penalty', 'repetition_penalty', 'length_penalty', 'bad_words_ids'],
    ...['no_repeat_ngram_size', 'encoder_no_repeat_ngram_size', 'num_return_sequences', 'output_scores'],
    ...['return_dict_in_generate', 'forced_bos_token_id', 'forced_eos_token_id', 'remove_invalid_values'],
    ...['exponential_decay_length_penalty', 'suppress_tokens', 'begin_suppress_tokens'],
  ],
} satisfies ConfigKeys;

/** BERT's and RoBERTa's. */
export const ENCODER_KEYS: ConfigKeys = {
  read: [
    ...COMMON.read,
    ...['hidden_size', 'num_hidden_layers', 'num_attention_heads', 'intermediate_size', 'vocab_size'],
    ...['max_position_embeddings', 'type_vocab_size', 'layer_norm_eps', 'pad_token_id'],
  ],
  only: {
    ...COMMON.only,
    hidden_act: ['gelu', 'gelu_python'],
    position_embedding_type: ['absolute'],
    is_decoder: [false],
    // Of models that call themselves BERT and bring code of their own.
    ...{ rope_theta: [null], rope_scaling: [null], partial_rotary_factor: [null] },
    alibi_starting_size: [null],
    feed_forward_type: ['original'],
    rotary_emb_fraction: [0],
  },
  // There is no output map to tie.
  harmless: [...COMMON.harmless, 'bos_token_id', 'eos_token_id', 'tie_word_embeddings'],
};

/** LLaMA's and Mistral's. */
export const DECODER_KEYS: ConfigKeys = {
  read: [
    ...COMMON.read,
    ...['hidden_size', 'num_hidden_layers', 'num_attention_heads', 'num_key_value_heads', 'head_dim'],
    ...['intermediate_size', 'vocab_size', 'max_position_embeddings', 'rms_norm_eps', 'tie_word_embeddings'],
    ...['rope_theta', 'rope_scaling', 'rope_parameters', 'original_max_position_embeddings', 'rope_factors'],
    ...['sliding_window', 'layer_types', 'bos_token_id', 'eos_token_id', 'pad_token_id'],
  ],
  only: {
    ...COMMON.only,
    hidden_act: ['silu', 'swish'],
    attention_bias: [false],
    mlp_bias: [false],
    partial_rotary_factor: [1],
    is_causal: [true],
    // By which relatives of LLaMA differ from it, some of which call themselves `llama`.
    ...{ bias: [false], qkv_bias: [false], use_bias: [false] },
    ...{ qk_norm: [false], use_qk_norm: [false], qk_layernorm: [false], clip_qkv: [null] },
    ...{ alibi: [false], use_alibi: [false], rope_interleaved: [false], no_rope_layers: [null] },
    ...{ attention_chunk_size: [null], use_bidirectional_attention: [false], use_parallel_residual: [false] },
    ...{ attn_logit_softcapping: [null], final_logit_softcapping: [null], attention_multiplier: [null] },
    ...{ embedding_multiplier: [1], residual_multiplier: [1], logits_scaling: [1], logit_scale: [1], scale_emb: [1] },
    ...{ num_experts: [0], num_local_experts: [0] },
  },
  // How many pieces a product is computed in; and what a decoder is anyway.
  harmless: [...COMMON.harmless, 'pretraining_tp', 'is_decoder'],
};
