// Rotary positions from a decoder's configuration. Where several keys say something, the one counts that counts in
// transformers (RotaryEmbeddingConfigMixin).
import type { DecoderSpec, Llama3RopeScaling } from '../contracts/model.ts';
import { isJsonObject } from '../formats/json-object.ts';
import type { ConfigReader } from './config-reader.ts';

/** @throws InputError naming the key, for a kind of scaling that is not computed here or one for each kind of layer */
export function ropeOf(
  config: ConfigReader,
  headWidth: number,
  maxPositions: number,
): Pick<DecoderSpec, 'ropeTheta' | 'ropeScaling' | 'ropeFactors'> {
  const settings = settingsOf(config);
  const theta = settings?.value('rope_theta') === undefined ? config : settings;
  return {
    ropeTheta: theta.positive('rope_theta', 10_000),
    ropeScaling: settings === undefined ? null : scalingOf(settings, config, maxPositions),
    ropeFactors: factorsOf(config, headWidth),
  };
}

/** Newer configurations keep all of it in rope_parameters. */
function settingsOf(config: ConfigReader): ConfigReader | undefined {
  const key = ['rope_scaling', 'rope_parameters'].find((each) => config.inner(each) !== undefined);
  if (key === undefined) return undefined;
  if (Object.values(config.value(key) as object).some(isJsonObject)) config.refuse(key, 'one setting for all layers');
  return config.inner(key);
}

function scalingOf(settings: ConfigReader, config: ConfigReader, maxPositions: number): Llama3RopeScaling | null {
  settings.oneOf('partial_rotary_factor', [1]);
  const key = settings.value('rope_type') === undefined && settings.value('type') !== undefined ? 'type' : 'rope_type';
  if (settings.oneOf(key, ['default', 'llama3']) === 'default') return null;
  const original = 'original_max_position_embeddings';
  const positions = config.value(original) === undefined ? settings : config;
  return {
    factor: settings.positive('factor'),
    lowFreqFactor: settings.positive('low_freq_factor'),
    highFreqFactor: settings.positive('high_freq_factor'),
    originalMaxPositions: positions.positive(original, maxPositions),
  };
}

/** The key of GGUF files (see formats/gguf-llama.ts). */
function factorsOf(config: ConfigReader, headWidth: number): number[] | null {
  const value = config.value('rope_factors');
  if (value === undefined) return null;
  const factors: unknown[] = Array.isArray(value) ? value : [];
  const numbers = factors.filter((factor) => typeof factor === 'number' && factor > 0) as number[];
  return numbers.length === headWidth / 2 && numbers.length === factors.length
    ? numbers
    : config.refuse('rope_factors', `${headWidth / 2} positive numbers`);
}
