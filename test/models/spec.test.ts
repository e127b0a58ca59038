// From configurations to sizes: published counts, defaults, and what is refused.
import { describe, expect, it } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { countBase, sitesOf } from '../../harness/models/count.ts';
import { PUBLISHED_DECODERS } from '../../harness/models/published.ts';
import { rotaryFrequencies } from '../../harness/models/rotary-angles.ts';
import { encoderOnly, encoderSpec, longestSequence, specOf } from '../../harness/models/spec.ts';
import { readFixture } from '../fixtures.ts';

/** As the models' authors and Hugging Face's pages count them. */
const PARAMETERS: Readonly<Record<string, number>> = {
  'llama3-8b': 8_030_261_248,
  'mistral-7b-v0.1': 7_241_732_096,
  'llama2-13b': 13_015_864_320,
  'smollm2-135m': 134_515_008,
};

describe.each(PUBLISHED_DECODERS)('$name', ({ name, spec }) => {
  it('has as many parameters as was published', () => {
    expect(countBase(spec)).toBe(PARAMETERS[name]);
  });
});

it('counts bert-base-uncased as published', () => {
  const sizes = { layers: 12, hidden: 768, heads: 12, intermediate: 3072, vocab: 30_522 };
  expect(countBase(encoderSpec(sizes))).toBe(109_482_240);
});

describe('the configuration of a decoder', () => {
  const llama = readFixture<Record<string, unknown>>('decoder/tiny-llama/config.json');
  const mistral = readFixture<Record<string, unknown>>('decoder/tiny-mistral/config.json');
  const read = (config: Record<string, unknown>) => {
    const spec = specOf(config, false, 'config.json');
    if (spec.family !== 'decoder') throw new Error('not a decoder');
    return spec;
  };

  it('takes the factors of a GGUF file for what they stand for', () => {
    const scaled = read(llama);
    const plain = { ...scaled, ropeScaling: null };
    const [slow, fast] = [rotaryFrequencies(scaled), rotaryFrequencies(plain)];
    const factors = Array.from(fast, (frequency, i) => frequency / (slow[i] as number));
    expect(factors.some((factor) => factor > 1)).toBe(true);
    const { rope_scaling: _, ...rest } = llama;
    const given = read({ ...rest, rope_factors: factors });
    const found = rotaryFrequencies(given);
    for (const [i, frequency] of slow.entries()) expect(found[i]).toBeCloseTo(frequency, 7);
    expect(() => read({ ...rest, rope_factors: [1, 2] })).toThrow(/rope_factors.*expected 4 positive numbers/);
  });

  it('gives its sizes', () => {
    expect(read(llama)).toEqual({
      family: 'decoder',
      architecture: 'llama',
      layers: 2,
      hidden: 32,
      heads: 4,
      keyValueHeads: 2,
      headWidth: 8,
      intermediate: 24,
      vocab: 37,
      maxPositions: 64,
      rmsNormEps: 1e-5,
      ropeTheta: 100,
      ropeScaling: { factor: 8, lowFreqFactor: 1, highFreqFactor: 4, originalMaxPositions: 32 },
      ropeFactors: null,
      slidingWindow: null,
      tied: true,
      bosTokenId: 1,
      eosTokenIds: [2],
      padTokenId: 2,
    });
    expect(read(mistral)).toMatchObject({ architecture: 'mistral', headWidth: 6, slidingWindow: 5, tied: false });
    expect(longestSequence(read(llama))).toBe(64);
    expect(sitesOf(read(mistral)).filter(({ layer }) => layer === 1)).toEqual(
      [
        ['q', 16, 24],
        ['k', 16, 12],
        ['v', 16, 12],
        ['o', 24, 16],
        ['gate', 16, 20],
        ['up', 16, 20],
        ['down', 20, 16],
      ].map(([role, from, to]) => ({ name: `layers.1.${role}`, layer: 1, role, in: from, out: to })),
    );
  });

  it('may leave out what has a default, and write null for what there is not', () => {
    const { num_key_value_heads, head_dim, rope_theta, tie_word_embeddings, ...rest } = llama;
    expect([num_key_value_heads, head_dim, rope_theta, tie_word_embeddings]).not.toContain(undefined);
    const spec = read({ ...rest, rope_scaling: null, pad_token_id: -1, eos_token_id: [5, 6], bos_token_id: null });
    expect(spec).toMatchObject({
      keyValueHeads: 4,
      headWidth: 8,
      ropeTheta: 10_000,
      tied: false,
      ropeScaling: null,
      ropeFactors: null,
      bosTokenId: null,
      eosTokenIds: [5, 6],
      padTokenId: 5,
    });
    expect(read({ ...mistral, sliding_window: null }).slidingWindow).toBeNull();
  });

  it("has transformers' defaults where a key is absent, which null is not", () => {
    const without = (config: Record<string, unknown>, ...keys: string[]) =>
      Object.fromEntries(Object.entries(config).filter(([key]) => !keys.includes(key)));
    const usual = ['rms_norm_eps', 'bos_token_id', 'eos_token_id', 'max_position_embeddings'];
    expect(read(without(llama, ...usual))).toMatchObject({
      rmsNormEps: 1e-6,
      bosTokenId: 1,
      eosTokenIds: [2],
      maxPositions: 2048,
    });
    expect(read({ ...llama, eos_token_id: null }).eosTokenIds).toEqual([]);
    const bare = { ...without(mistral, ...usual, 'sliding_window', 'num_key_value_heads'), num_attention_heads: 16 };
    expect(read(bare)).toMatchObject({ slidingWindow: 4096, keyValueHeads: 8, maxPositions: 131_072 });
    expect(read({ ...bare, num_key_value_heads: null, sliding_window: null })).toMatchObject({
      keyValueHeads: 16,
      slidingWindow: null,
    });
    expect(read(without(llama, 'sliding_window')).slidingWindow).toBeNull();
  });

  it('may name tokens that the model has not: they fill no row and end no text', () => {
    expect(read({ ...llama, pad_token_id: 37 }).padTokenId).toBe(2);
    expect(read({ ...llama, pad_token_id: 36 }).padTokenId).toBe(36);
    expect(read({ ...llama, pad_token_id: 37, eos_token_id: [37, 5] })).toMatchObject({
      padTokenId: 5,
      eosTokenIds: [5],
    });
    expect(read({ ...llama, eos_token_id: 37 })).toMatchObject({ padTokenId: 0, eosTokenIds: [] });
  });

  it('may name the kind of its layers, where all are of the one that it has', () => {
    const [full, sliding] = ['full_attention', 'sliding_attention'];
    expect(read({ ...llama, layer_types: [full, full] })).toEqual(read(llama));
    expect(read({ ...mistral, layer_types: [sliding, sliding] })).toEqual(read(mistral));
    for (const config of [
      { ...mistral, layer_types: [full, sliding] },
      { ...mistral, layer_types: [full, full] },
    ])
      expect(() => read(config)).toThrow(/'layer_types' is \["full_.*\], expected "sliding_attention" of every layer/);
    expect(() => read({ ...llama, layer_types: [sliding, full] })).toThrow(/expected "full_attention" of every layer/);
  });

  it('may keep rotary settings in one place, as newer files do', () => {
    const { rope_theta, rope_scaling, ...rest } = llama;
    const newer = { ...rest, rope_parameters: { ...(rope_scaling as object), rope_theta } };
    expect(read(newer)).toEqual(read(llama));
    // Of two bases the inner counts, and of two settings the older key, as in transformers.
    expect(read({ ...newer, rope_theta: null })).toEqual(read(llama));
    expect(read({ ...newer, rope_theta: 3 })).toEqual(read(llama));
    expect(read({ ...newer, rope_parameters: {}, rope_scaling, rope_theta })).toEqual(read(llama));
    expect(read({ ...llama, rope_parameters: { rope_type: 'default', rope_theta: 7 } })).toEqual(read(llama));
    const { original_max_position_embeddings: original, ...short } = rope_scaling as Record<string, unknown>;
    expect(read({ ...rest, rope_scaling: short }).ropeScaling?.originalMaxPositions).toBe(64);
    expect(read({ ...llama, original_max_position_embeddings: 16 }).ropeScaling?.originalMaxPositions).toBe(16);
    expect(original).toBe(32);
    expect(read({ ...rest, rope_parameters: { rope_type: 'default', rope_theta: 7 } })).toMatchObject({
      ropeTheta: 7,
      ropeScaling: null,
      ropeFactors: null,
    });
  });

  it.each([
    [{ hidden_act: 'gelu' }, `config key 'hidden_act' is "gelu", expected one of: "silu", "swish"`],
    [{ attention_bias: true }, "config key 'attention_bias' is true, expected false"],
    [{ mlp_bias: true }, "config key 'mlp_bias' is true, expected false"],
    [{ num_key_value_heads: 3 }, 'num_attention_heads 4 is not a multiple of num_key_value_heads 3'],
    [{ head_dim: 7 }, 'heads of width 7, expected an even number (rotary positions)'],
    [{ hidden_size: '32' }, `config key 'hidden_size' is "32", expected a whole number`],
    [
      { rope_scaling: { rope_type: 'yarn', factor: 4 } },
      `rope_scaling: config key 'rope_type' is "yarn", expected one of: "default", "llama3"`,
    ],
    [
      { rope_scaling: { type: 'linear', factor: 4 } },
      `rope_scaling: config key 'type' is "linear", expected one of: "default", "llama3"`,
    ],
    [
      { rope_scaling: { rope_type: 'llama3', factor: 4 } },
      "rope_scaling: config key 'low_freq_factor' is undefined, expected a number",
    ],
    [
      { rope_scaling: { rope_type: 'default', partial_rotary_factor: 0.5 } },
      "rope_scaling: config key 'partial_rotary_factor' is 0.5, expected 1",
    ],
    [
      { rope_scaling: null, rope_parameters: { full_attention: { rope_theta: 7 } } },
      `config key 'rope_parameters' is {"full_attention":{"rope_theta":7}}, expected one setting for all layers`,
    ],
    [{ partial_rotary_factor: 0.25 }, "config key 'partial_rotary_factor' is 0.25, expected 1"],
    [{ rope_scaling: 2 }, "config key 'rope_scaling' is 2, expected an object"],
    [{ eos_token_id: ['</s>'] }, `config key 'eos_token_id' is ["</s>"], expected a token id or a list of them`],
    [{ model_type: 'gpt2' }, `config key 'model_type' is "gpt2", expected one of: bert, roberta, llama, mistral`],
  ])('is refused with %j', (change, reason) => {
    expect(() => read({ ...llama, ...change })).toThrow(new InputError(`config.json: ${reason}`));
  });

  it('is refused where an encoder is expected', () => {
    expect(() => encoderOnly(read(mistral), 'x')).toThrow(
      new InputError('x: is a decoder (mistral), expected an encoder'),
    );
  });
});
