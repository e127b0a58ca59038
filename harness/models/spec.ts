// From a Hugging Face configuration to a model's sizes.
import { InputError } from '../contracts/input-error.ts';
import type { ModelSpec } from '../contracts/model.ts';

type Config = Readonly<Record<string, unknown>>;

/** @throws InputError naming `path`, the key and what was expected */
export function specOf(config: Config, pooler: boolean, path: string): ModelSpec {
  const number = (key: string): number => {
    const value = config[key];
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
    throw new InputError(`${path}: config key '${key}' is ${JSON.stringify(value)}, expected a number`);
  };
  const architecture = config.model_type;
  if (architecture !== 'bert' && architecture !== 'roberta') {
    const given = JSON.stringify(architecture);
    throw new InputError(`${path}: config key 'model_type' is ${given}, expected one of: bert, roberta`);
  }
  const activation = config.hidden_act ?? 'gelu';
  if (activation !== 'gelu') {
    throw new InputError(`${path}: config key 'hidden_act' is ${JSON.stringify(activation)}, expected "gelu"`);
  }
  const [hidden, heads] = [number('hidden_size'), number('num_attention_heads')];
  if (heads === 0 || hidden % heads !== 0) {
    throw new InputError(`${path}: hidden_size ${hidden} is not a multiple of num_attention_heads ${heads}`);
  }
  const padTokenId = config.pad_token_id === undefined ? (architecture === 'roberta' ? 1 : 0) : number('pad_token_id');
  return {
    family: 'encoder',
    architecture,
    layers: number('num_hidden_layers'),
    hidden,
    heads,
    intermediate: number('intermediate_size'),
    vocab: number('vocab_size'),
    maxPositions: number('max_position_embeddings'),
    typeVocab: number('type_vocab_size'),
    layerNormEps: number('layer_norm_eps'),
    positionOffset: architecture === 'roberta' ? padTokenId + 1 : 0,
    padTokenId,
    pooler,
  };
}

/** A BERT encoder of these sizes, everything else as bert-base-uncased has it. */
export function encoderSpec(
  sizes: Pick<ModelSpec, 'layers' | 'hidden' | 'heads' | 'intermediate' | 'vocab'>,
): ModelSpec {
  const { layers, hidden, heads, intermediate, vocab } = sizes;
  return {
    family: 'encoder',
    architecture: 'bert',
    ...{ layers, hidden, heads, intermediate, vocab },
    maxPositions: 512,
    typeVocab: 2,
    layerNormEps: 1e-12,
    positionOffset: 0,
    padTokenId: 0,
    pooler: true,
  };
}

/** The longest sequence a model can read, in tokens. */
export function longestSequence(spec: ModelSpec): number {
  return spec.maxPositions - spec.positionOffset;
}
