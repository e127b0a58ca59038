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

  it('may keep rotary settings in one place, as newer files do', () => {
    const { rope_theta, rope_scaling, ...rest } = llama;
    const newer = { ...rest, rope_parameters: { ...(rope_scaling as object), rope_theta } };
    expect(read(newer)).toEqual(read(llama));
    expect(read({ ...rest, rope_parameters: { rope_type: 'default', rope_theta: 7 } })).toMatchObject({
      ropeTheta: 7,
      ropeScaling: null,
      ropeFactors: null,
    });
  });

  it.each([
    [{ hidden_act: 'gelu' }, `config key 'hidden_act' is "gelu", expected "silu"`],
    [{ attention_bias: true }, "config key 'attention_bias' is true, expected false"],
    [{ mlp_bias: true }, "config key 'mlp_bias' is true, expected false"],
    [{ num_key_value_heads: 3 }, 'num_attention_heads 4 is not a multiple of num_key_value_heads 3'],
    [{ head_dim: 7 }, 'heads of width 7, expected an even number (rotary positions)'],
    [{ hidden_size: '32' }, `config key 'hidden_size' is "32", expected a number`],
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
