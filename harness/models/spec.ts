// From a Hugging Face configuration to a model's sizes.
import { InputError } from '../contracts/input-error.ts';
import type { EncoderSpec, ModelSpec } from '../contracts/model.ts';
import { type Config, ConfigReader } from './config-reader.ts';
import { decoderSpecOf } from './spec-decoder.ts';
import { encoderSpecOf } from './spec-encoder.ts';

export { encoderSpec } from './spec-encoder.ts';

const ARCHITECTURES = ['bert', 'roberta', 'llama', 'mistral'] as const;

/**
 * @param pooler whether the weights of an encoder have a pooler
 * @throws InputError naming `path`, the key and what was expected
 */
export function specOf(config: Config, pooler: boolean, path: string): ModelSpec {
  const reader = new ConfigReader(config, path);
  const architecture = architectureOf(reader);
  if (architecture === 'bert' || architecture === 'roberta') return encoderSpecOf(reader, architecture, pooler);
  return decoderSpecOf(reader, architecture);
}

/** By `model_type`; configurations of 2019 have none and name the class: BertForMaskedLM. */
function architectureOf(config: ConfigReader): (typeof ARCHITECTURES)[number] {
  const classes: unknown = config.has('model_type') ? [] : config.value('architectures');
  const ofClass = (name: string) => new RegExp(`^${name}(Model|For\\w+)$`, 'i');
  const found = ARCHITECTURES.find(
    (name) =>
      name === config.value('model_type') ||
      (Array.isArray(classes) && classes.some((each) => ofClass(name).test(String(each)))),
  );
  return found ?? config.refuse('model_type', `one of: ${ARCHITECTURES.join(', ')}`);
}

/** @throws InputError where the model, called `name`, is not an encoder */
export function encoderOnly(spec: ModelSpec, name: string): EncoderSpec {
  if (spec.family === 'encoder') return spec;
  throw new InputError(`${name}: is a decoder (${spec.architecture}), expected an encoder`);
}

/** The longest sequence a model can read, in tokens. */
export function longestSequence(spec: ModelSpec): number {
  return spec.family === 'encoder' ? spec.maxPositions - spec.positionOffset : spec.maxPositions;
}
