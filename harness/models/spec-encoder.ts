// From the configuration of BERT or RoBERTa to an encoder's sizes. What is absent is as transformers' BertConfig and
// RobertaConfig have it.
import { InputError } from '../contracts/input-error.ts';
import type { EncoderSpec } from '../contracts/model.ts';
import { checkKeys, ENCODER_KEYS } from './config-keys.ts';
import type { ConfigReader } from './config-reader.ts';

/** @throws InputError naming the file, the key and what was expected */
export function encoderSpecOf(
  config: ConfigReader,
  architecture: EncoderSpec['architecture'],
  pooler: boolean,
): EncoderSpec {
  checkKeys(config, ENCODER_KEYS);
  const [hidden, heads] = [config.size('hidden_size'), config.size('num_attention_heads')];
  if (heads === 0 || hidden % heads !== 0) {
    throw new InputError(`${config.path}: hidden_size ${hidden} is not a multiple of num_attention_heads ${heads}`);
  }
  const vocab = config.size('vocab_size');
  const padTokenId = config.count('pad_token_id', architecture === 'roberta' ? 1 : 0);
  if (padTokenId >= vocab) config.refuse('pad_token_id', `a token id below vocab_size ${vocab}`);
  return {
    family: 'encoder',
    architecture,
    layers: config.size('num_hidden_layers'),
    hidden,
    heads,
    intermediate: config.size('intermediate_size'),
    vocab,
    maxPositions: config.size('max_position_embeddings', 512),
    typeVocab: config.size('type_vocab_size', 2),
    layerNormEps: config.positive('layer_norm_eps', 1e-12),
    positionOffset: architecture === 'roberta' ? padTokenId + 1 : 0,
    padTokenId,
    // RobertaForSequenceClassification has none, whatever the file holds: its head brings a dense layer of its own.
    pooler: pooler && architecture === 'bert',
  };
}

/** A BERT encoder of these sizes, everything else as bert-base-uncased has it. */
export function encoderSpec(
  sizes: Pick<EncoderSpec, 'layers' | 'hidden' | 'heads' | 'intermediate' | 'vocab'>,
): EncoderSpec {
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
