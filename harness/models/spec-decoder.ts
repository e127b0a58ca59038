// From the configuration of LLaMA or Mistral to a decoder's sizes.
import { InputError } from '../contracts/input-error.ts';
import type { DecoderSpec, Llama3RopeScaling } from '../contracts/model.ts';
import type { ConfigReader } from './config-reader.ts';

/** @throws InputError naming the file, the key and what was expected */
export function decoderSpecOf(config: ConfigReader, architecture: DecoderSpec['architecture']): DecoderSpec {
  config.oneOf('hidden_act', ['silu']);
  config.oneOf('attention_bias', [false]);
  config.oneOf('mlp_bias', [false]);
  const [hidden, heads] = [config.number('hidden_size'), config.number('num_attention_heads')];
  const keyValueHeads = config.number('num_key_value_heads', heads);
  if (heads === 0 || keyValueHeads === 0 || heads % keyValueHeads !== 0) {
    throw new InputError(
      `${config.path}: num_attention_heads ${heads} is not a multiple of num_key_value_heads ${keyValueHeads}`,
    );
  }
  const headWidth = config.number('head_dim', hidden / heads);
  if (headWidth === 0 || headWidth % 2 !== 0) {
    throw new InputError(`${config.path}: heads of width ${headWidth}, expected an even number (rotary positions)`);
  }
  const eosTokenIds = tokenIds(config, 'eos_token_id');
  const padTokenId = config.value('pad_token_id');
  return {
    family: 'decoder',
    architecture,
    layers: config.number('num_hidden_layers'),
    hidden,
    heads,
    keyValueHeads,
    headWidth,
    intermediate: config.number('intermediate_size'),
    vocab: config.number('vocab_size'),
    maxPositions: config.number('max_position_embeddings'),
    rmsNormEps: config.number('rms_norm_eps'),
    ...rope(config),
    ropeFactors: ropeFactors(config, headWidth),
    slidingWindow: architecture === 'mistral' ? slidingWindow(config) : null,
    tied: config.oneOf('tie_word_embeddings', [false, true]),
    bosTokenId: tokenIds(config, 'bos_token_id')[0] ?? null,
    eosTokenIds,
    // What fills a row's end is seen by no token: where there is none for it (or -1, in old files), any will do.
    padTokenId: padTokenId === undefined || padTokenId === -1 ? (eosTokenIds[0] ?? 0) : config.number('pad_token_id'),
  };
}

/** Newer configurations keep all of it in rope_parameters. */
function rope(config: ConfigReader): Pick<DecoderSpec, 'ropeTheta' | 'ropeScaling'> {
  const parameters = config.inner('rope_parameters');
  const ropeTheta = parameters?.value('rope_theta') === undefined ? config : parameters;
  return {
    ropeTheta: ropeTheta.number('rope_theta', 10_000),
    ropeScaling: ropeScaling(parameters ?? config.inner('rope_scaling')),
  };
}

function ropeScaling(scaling: ConfigReader | undefined): Llama3RopeScaling | null {
  if (scaling === undefined) return null;
  const key = scaling.value('rope_type') === undefined && scaling.value('type') !== undefined ? 'type' : 'rope_type';
  if (scaling.oneOf(key, ['default', 'llama3']) === 'default') return null;
  return {
    factor: scaling.number('factor'),
    lowFreqFactor: scaling.number('low_freq_factor'),
    highFreqFactor: scaling.number('high_freq_factor'),
    originalMaxPositions: scaling.number('original_max_position_embeddings'),
  };
}

function ropeFactors(config: ConfigReader, headWidth: number): number[] | null {
  const value = config.value('rope_factors');
  if (value === undefined) return null;
  const factors: unknown[] = Array.isArray(value) ? value : [];
  const numbers = factors.filter((factor) => typeof factor === 'number' && factor > 0) as number[];
  return numbers.length === headWidth / 2 && numbers.length === factors.length
    ? numbers
    : config.refuse('rope_factors', `${headWidth / 2} positive numbers`);
}

function slidingWindow(config: ConfigReader): number | null {
  if (config.value('sliding_window') === undefined) return null;
  const window = config.number('sliding_window');
  return window > 0 ? window : config.refuse('sliding_window', 'a positive number or null');
}

/** One id, a list of them, or none. */
function tokenIds(config: ConfigReader, key: string): number[] {
  const value = config.value(key);
  if (value === undefined) return [];
  const ids: unknown[] = Array.isArray(value) ? value : [value];
  return ids.map((id) => (typeof id === 'number' ? id : config.refuse(key, 'a token id or a list of them')));
}
