// The lists of configuration keys against what transformers' classes take (scripts/fixtures/config_keys.py), against what
// is read here, and against configurations as they are published.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import type { ModelSpec } from '../../harness/contracts/model.ts';
import { type ConfigKeys, DECODER_KEYS, ENCODER_KEYS } from '../../harness/models/config-keys.ts';
import { specOf } from '../../harness/models/spec.ts';
import { readFixture } from '../fixtures.ts';

type Config = Readonly<Record<string, unknown>>;

const MODELS: readonly [string, ConfigKeys, string][] = [
  ['bert', ENCODER_KEYS, 'encoder/tiny-bert/config.json'],
  ['roberta', ENCODER_KEYS, 'encoder/tiny-roberta/config.json'],
  ['llama', DECODER_KEYS, 'decoder/tiny-llama/config.json'],
  ['mistral', DECODER_KEYS, 'decoder/tiny-mistral/config.json'],
];
const read = (config: Config): ModelSpec => specOf(config, true, 'config.json');

describe.each(MODELS)('%s', (model, keys, fixture) => {
  const config = readFixture<Config>(fixture);
  const listed = [...keys.read, ...Object.keys(keys.only), ...keys.harmless];

  it('has every key in one list that transformers takes', () => {
    expect(new Set(listed).size).toBe(listed.length);
    const taken = readFixture<Record<string, string[]>>('config-keys.json')[model] ?? [];
    expect(taken.length).toBeGreaterThan(60);
    expect(taken.filter((key) => !listed.includes(key))).toEqual([]);
  });

  it('looks at the keys that are read, and at no other', () => {
    const asked = new Set<string>();
    const watched = new Proxy(
      { ...config, original_max_position_embeddings: undefined },
      {
        get: (target, key) => {
          asked.add(String(key));
          return Reflect.get(target, key);
        },
      },
    );
    read(watched);
    const known = [...keys.read, ...Object.keys(keys.only)];
    expect([...asked].filter((key) => !known.includes(key))).toEqual([]);
    // Which of these is looked at depends on the others.
    const unasked = known.filter((key) => !asked.has(key));
    expect(['architectures', 'sliding_window', 'rope_theta', 'rope_parameters']).toEqual(
      expect.arrayContaining(unasked.filter((key) => key !== 'original_max_position_embeddings')),
    );
  });

  it('is refused, by the key, for a value with which it would be another model', () => {
    for (const [key, values] of Object.entries(keys.only)) {
      const [usual] = values;
      const other = typeof usual === 'boolean' ? !usual : typeof usual === 'number' ? 0.5 : 'other';
      const names = values.map((value) => JSON.stringify(value)).join(', ');
      const expected = values.length === 1 ? names : `one of: ${names}`;
      expect(() => read({ ...config, [key]: other }), key).toThrow(
        new InputError(`config.json: config key '${key}' is ${JSON.stringify(other)}, expected ${expected}`),
      );
    }
  });

  it('is the same model with the usual values, none, or keys that do not matter', () => {
    const spec = read(config);
    for (const [key, [usual]] of Object.entries(keys.only)) {
      expect(read({ ...config, [key]: usual }), key).toEqual(spec);
      expect(read({ ...config, [key]: null }), key).toEqual(spec);
    }
    for (const key of keys.harmless) expect(read({ ...config, [key]: 'any' }), key).toEqual(spec);
    expect(read({ ...config, pruned_heads: {}, quantization_config: {} })).toEqual(spec);
    expect(read({ ...config, unsloth_version: '2024.9', 'transformers.js_config': { dtype: 'q8' } })).toEqual(spec);
  });

  it('is refused with code of its own, which is not run', () => {
    const own = { AutoConfig: 'configuration_bert.JinaBertConfig' };
    expect(read({ ...config, auto_map: own })).toEqual(read(config));
    expect(() =>
      read({ ...config, auto_map: { ...own, AutoModelForMaskedLM: 'modeling_bert.JinaBertForMaskedLM' } }),
    ).toThrow(
      /config key 'auto_map' is \{"AutoConfig":.*\.\.\., expected no AutoModel: a model's own code is not run$/,
    );
  });
});

describe('published configurations', () => {
  // google-bert/bert-base-uncased as it was in 2019.
  const bert = {
    architectures: ['BertForMaskedLM'],
    attention_probs_dropout_prob: 0.1,
    hidden_act: 'gelu',
    hidden_dropout_prob: 0.1,
    hidden_size: 768,
    initializer_range: 0.02,
    intermediate_size: 3072,
    max_position_embeddings: 512,
    num_attention_heads: 12,
    num_hidden_layers: 12,
    type_vocab_size: 2,
    vocab_size: 30_522,
  };

  it('of BERT without model_type and layer_norm_eps', () => {
    const sizes = { architecture: 'bert', layers: 12, hidden: 768, layerNormEps: 1e-12, typeVocab: 2, padTokenId: 0 };
    expect(read(bert)).toMatchObject(sizes);
    const { hidden_act, max_position_embeddings, type_vocab_size, ...rest } = bert;
    expect([hidden_act, max_position_embeddings, type_vocab_size]).not.toContain(undefined);
    expect(read(rest)).toEqual(read(bert));
    expect(read({ ...bert, architectures: ['BertModel'] })).toEqual(read(bert));
    expect(read({ ...bert, architectures: ['RobertaForMaskedLM'] })).toMatchObject({
      architecture: 'roberta',
      layerNormEps: 1e-12,
      padTokenId: 1,
      positionOffset: 2,
    });
    const { architectures: _, ...nameless } = bert;
    for (const config of [
      nameless,
      { ...bert, architectures: ['BertLMHeadModel'] },
      { ...bert, architectures: 'Bert' },
    ])
      expect(() => read(config)).toThrow(/config key 'model_type' is undefined, expected one of: bert, roberta, llama/);
    expect(() => read({ ...bert, model_type: 'deberta' })).toThrow(/config key 'model_type' is "deberta"/);
    expect(() => read({ ...bert, pad_token_id: 30_522 })).toThrow(/'pad_token_id' is 30522, expected a token id below/);
  });

  it('of SmolLM2', () => {
    // HuggingFaceTB/SmolLM2-135M.
    const config = {
      architectures: ['LlamaForCausalLM'],
      attention_bias: false,
      attention_dropout: 0.0,
      bos_token_id: 0,
      eos_token_id: 0,
      hidden_act: 'silu',
      hidden_size: 576,
      initializer_range: 0.041666666666666664,
      intermediate_size: 1536,
      is_llama_config: true,
      max_position_embeddings: 8192,
      model_type: 'llama',
      num_attention_heads: 9,
      num_hidden_layers: 30,
      num_key_value_heads: 3,
      pretraining_tp: 1,
      rms_norm_eps: 1e-5,
      rope_interleaved: false,
      rope_scaling: null,
      rope_theta: 100_000,
      tie_word_embeddings: true,
      torch_dtype: 'bfloat16',
      transformers_version: '4.40.1',
      use_cache: true,
      vocab_size: 49_152,
    };
    expect(read(config)).toMatchObject({ layers: 30, headWidth: 64, ropeTheta: 100_000, tied: true, eosTokenIds: [0] });
  });
});
