// From the configuration of LLaMA or Mistral to a decoder's sizes. What is absent is as transformers' LlamaConfig and
// MistralConfig have it; null may be something else than absent.
import { InputError } from '../contracts/input-error.ts';
import type { DecoderSpec } from '../contracts/model.ts';
import { checkKeys, DECODER_KEYS } from './config-keys.ts';
import type { ConfigReader } from './config-reader.ts';
import { ropeOf } from './spec-rope.ts';

const USUAL = {
  llama: { maxPositions: 2048, keyValueHeads: undefined },
  mistral: { maxPositions: 131_072, keyValueHeads: 8 },
} as const;

/** @throws InputError naming the file, the key and what was expected */
export function decoderSpecOf(config: ConfigReader, architecture: DecoderSpec['architecture']): DecoderSpec {
  checkKeys(config, DECODER_KEYS);
  const usual = USUAL[architecture];
  const [hidden, heads] = [config.size('hidden_size'), config.size('num_attention_heads')];
  const usualKeyValueHeads = config.has('num_key_value_heads') ? undefined : usual.keyValueHeads;
  const keyValueHeads = config.size('num_key_value_heads', usualKeyValueHeads ?? heads);
  if (heads === 0 || keyValueHeads === 0 || heads % keyValueHeads !== 0) {
    throw new InputError(
      `${config.path}: num_attention_heads ${heads} is not a multiple of num_key_value_heads ${keyValueHeads}`,
    );
  }
  const headWidth = config.size('head_dim', Math.floor(hidden / heads));
  if (headWidth === 0 || headWidth % 2 !== 0) {
    throw new InputError(`${config.path}: heads of width ${headWidth}, expected an even number (rotary positions)`);
  }
  const vocab = config.size('vocab_size');
  const isToken = (id: unknown): id is number => isWhole(id) && id >= 0 && id < vocab;
  const maxPositions = config.size('max_position_embeddings', usual.maxPositions);
  // A token that the model has not ends no text.
  const eosTokenIds = tokenIds(config, 'eos_token_id', 2).filter(isToken);
  const slidingWindow = architecture === 'mistral' ? slidingWindowOf(config) : null;
  checkLayerTypes(config, slidingWindow);
  return {
    family: 'decoder',
    architecture,
    layers: config.size('num_hidden_layers'),
    hidden,
    heads,
    keyValueHeads,
    headWidth,
    intermediate: config.size('intermediate_size'),
    vocab,
    maxPositions,
    rmsNormEps: config.positive('rms_norm_eps', 1e-6),
    ...ropeOf(config, headWidth, maxPositions),
    slidingWindow,
    tied: config.oneOf('tie_word_embeddings', [false, true]),
    bosTokenId: tokenIds(config, 'bos_token_id', 1)[0] ?? null,
    eosTokenIds,
    // What fills a row's end is seen by no token: where there is none for it, or one that the model has not, any will do.
    padTokenId: [config.value('pad_token_id'), ...eosTokenIds].find(isToken) ?? 0,
  };
}

function slidingWindowOf(config: ConfigReader): number | null {
  if (!config.has('sliding_window')) return 4096;
  if (config.value('sliding_window') === undefined) return null;
  const window = config.count('sliding_window');
  return window > 0 ? window : config.refuse('sliding_window', 'a positive number or null');
}

/** Layers that differ in what they see are not computed here. */
function checkLayerTypes(config: ConfigReader, slidingWindow: number | null): void {
  const types = config.value('layer_types');
  const type = slidingWindow === null ? 'full_attention' : 'sliding_attention';
  if (types === undefined || (Array.isArray(types) && types.every((each) => each === type))) return;
  config.refuse('layer_types', `"${type}" of every layer`);
}

const isWhole = (id: unknown): id is number => Number.isSafeInteger(id);

/** One id, a list of them, or none. */
function tokenIds(config: ConfigReader, key: string, usual: number): number[] {
  if (!config.has(key)) return [usual];
  const value = config.value(key);
  if (value === undefined) return [];
  const ids: unknown[] = Array.isArray(value) ? value : [value];
  return ids.map((id) => (isWhole(id) ? id : config.refuse(key, 'a token id or a list of them')));
}
