// Which modules an adapter_config.json names, with what ranks and scales: PEFT's own answers (scripts/fixtures/adapter_targets.py).
import { expect, it, test } from 'vitest';
import { type AdapterConfig, readAdapterConfig } from '../../harness/models/adapter-config.ts';
import { readFixture } from '../fixtures.ts';
import { errorOf } from '../formats/error-of.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const golden = readFixture<{
  readonly modules: readonly string[];
  readonly cases: readonly {
    readonly config: Readonly<Record<string, unknown>>;
    readonly adapters: Readonly<Record<string, readonly [rank: number, scale: number]>>;
    readonly whole: readonly string[];
  }[];
}>('decoder/adapter-targets.json');

const reading = (config: Readonly<Record<string, unknown>>): AdapterConfig =>
  readAdapterConfig(temporaryFolder({ 'adapter_config.json': JSON.stringify(config) }));

test.each(golden.cases)('modules, ranks and scales of PEFT: $config', ({ config, adapters, whole }) => {
  const read = reading(config);
  // The table of embeddings is no linear map.
  const maps = golden.modules.filter((module) => !module.endsWith('embed_tokens'));
  const found = maps.filter((module) => read.targets(module));
  expect(Object.fromEntries(found.map((module) => [module, [read.rankOf(module), read.scaleOf(module)]]))).toEqual(
    adapters,
  );
  for (const module of golden.modules)
    expect(read.savesWhole(module), module).toBe(whole.some((name) => `${module}.`.startsWith(`${name}.`)));
});

test.each<[string, unknown, RegExp]>([
  ['init_lora_weights', 'pissa', /is "pissa", expected true, false or one of gaussian, eva, orthogonal, mica: /],
  ['init_lora_weights', 'pissa_niter_16', /is "pissa_niter_16", expected /],
  ['init_lora_weights', 'olora', /is "olora", expected /],
  ['init_lora_weights', 'corda', /is "corda", expected /],
  ['init_lora_weights', 'loftq', /is "loftq", expected /],
  ['init_lora_weights', 'lora_ga', /is "lora_ga", expected /],
  ['init_lora_weights', 3, /is 3, expected true or false/],
  ['use_dora', true, /is true, expected none: rows of the changed weight are scaled, which is not done here/],
  ['alora_invocation_tokens', [1, 2], /is \[1,2\], expected none: the adapter begins at these tokens/],
  ['layer_replication', [[0, 2]], /is \[\[0,2\]\], expected none: the base has other layers/],
  ['use_qalora', true, /is true, expected none/],
  ['use_bdlora', { nblocks: 2 }, /is \{"nblocks":2\}, expected none/],
  ['arrow_config', { top_k: 3 }, /expected none/],
  ['kasa_config', { beta: 1 }, /expected none/],
  ['monteclora_config', { num_samples: 8 }, /expected none/],
  ['velora_config', { num_groups: 64 }, /expected none/],
  ['lora_bias', true, /is true, expected none: B has a bias/],
  ['bias', 'lora_only', /is "lora_only", expected "none"/],
  ['trainable_token_indices', [5], /expected none: rows of the embeddings/],
  ['target_parameters', ['experts.up'], /expected none/],
  ['megatron_config', { a: 1 }, /expected none/],
  ['use_tomorrow', true, /is true, expected null or false: the key is not known here/],
  ['peft_type', 'IA3', /is "IA3", expected "LORA"/],
  ['use_rslora', 1, /is 1, expected false or true/],
  ['r', 0, /is 0, expected a whole number above 0/],
  ['lora_alpha', '16', /is "16", expected a number/],
  ['lora_alpha', -1e308, /is -1e\+308, expected a number that a weight can be/],
  ['rank_pattern', { q_proj: 1.5 }, /is \{"q_proj":1\.5\}, expected a whole number above 0/],
  ['alpha_pattern', { q_proj: null }, /expected a number/],
  ['alpha_pattern', [1], /is \[1\], expected an object/],
  ['target_modules', [1], /is \[1\], expected a list of names or a pattern/],
  ['layers_to_transform', '1', /is "1", expected a whole number or a list of them/],
  ['layers_pattern', 'layers', /expected none, as layers_to_transform is absent/],
  [
    'target_modules',
    '(?P<map>q)_proj',
    /has the pattern "\(\?P<map>q\)_proj", expected one that Python and JavaScript/,
  ],
  ['target_modules', '(?x) .*q_proj', /has the pattern/],
  ['target_modules', '\\A.*q_proj\\Z', /has the pattern/],
  ['exclude_modules', '.*[]q]_proj', /has the pattern/],
  ['rank_pattern', { 'q_proj{,2}': 2 }, /rank_pattern has the pattern "q_proj\{,2\}"/],
  ['alpha_pattern', { '(q_proj': 2 }, /alpha_pattern has the pattern "\(q_proj"/],
])('%s %j is refused in one line', async (key, value, message) => {
  const error = await errorOf(() => reading({ peft_type: 'LORA', [key]: value }));
  expect(error).toMatch(message);
  expect(error).toMatch(new RegExp(`adapter_config\\.json: ${key} `));
});

it('a pattern too large for a machine of it is refused in one line', async () => {
  const message = await errorOf(() => reading({ peft_type: 'LORA', target_modules: 'a'.repeat(1_000_000) }));
  expect(message).toMatch(/target_modules has the pattern "a+\.\.\., expected one that Python/);
});

it('a pattern that backtracks without end is refused within seconds', async () => {
  const config = reading({ peft_type: 'LORA', target_modules: '(.*a)*(.*)*b$' });
  const message = await errorOf(() => config.targets('model.layers.0.self_attn.q_proj'));
  expect(message).toMatch(/target_modules has the pattern "\(\.\*a\)\*\(\.\*\)\*b\$", which takes too long/);
}, 10_000);

it('takes what means nothing for B A: initialisations that leave the base, and keys at their defaults', () => {
  for (const init of [true, false, 'gaussian', 'eva', 'orthogonal', 'mica'])
    expect(reading({ peft_type: 'LORA', init_lora_weights: init }).scaleOf('q_proj')).toBe(1);
  const config = { peft_type: 'LORA', lora_dropout: 0.1, fan_in_fan_out: true, loftq_config: { loftq_bits: 4 } };
  const defaults = {
    use_dora: false,
    use_tomorrow: null,
    tomorrow_config: {},
    target_parameters: [],
    lora_bias: false,
  };
  expect(reading({ ...config, ...defaults, qalora_group_size: 16 }).rankOf('q_proj')).toBe(8);
});
