// Sizes of published decoders, for counts that need no weights.
import type { DecoderSpec, EncoderSpec, ModelSpec } from '../contracts/model.ts';

export interface PublishedDecoder {
  readonly name: string;
  /** Where its configuration was published. */
  readonly source: string;
  readonly spec: DecoderSpec;
}

const LLAMA = {
  family: 'decoder',
  architecture: 'llama',
  rmsNormEps: 1e-5,
  ropeTheta: 10_000,
  ropeScaling: null,
  ropeFactors: null,
  slidingWindow: null,
  tied: false,
  bosTokenId: 1,
  eosTokenIds: [2],
} as const satisfies Partial<DecoderSpec>;

export const PUBLISHED_DECODERS: readonly PublishedDecoder[] = [
  {
    name: 'llama3-8b',
    source: 'meta-llama/Meta-Llama-3-8B',
    spec: {
      ...LLAMA,
      layers: 32,
      hidden: 4096,
      heads: 32,
      keyValueHeads: 8,
      headWidth: 128,
      intermediate: 14_336,
      vocab: 128_256,
      maxPositions: 8192,
      ropeTheta: 500_000,
      bosTokenId: 128_000,
      eosTokenIds: [128_001],
      padTokenId: 128_001,
    },
  },
  {
    name: 'mistral-7b-v0.1',
    source: 'mistralai/Mistral-7B-v0.1',
    spec: {
      ...LLAMA,
      architecture: 'mistral',
      layers: 32,
      hidden: 4096,
      heads: 32,
      keyValueHeads: 8,
      headWidth: 128,
      intermediate: 14_336,
      vocab: 32_000,
      maxPositions: 32_768,
      slidingWindow: 4096,
      padTokenId: 2,
    },
  },
  {
    name: 'llama2-13b',
    source: 'meta-llama/Llama-2-13b-hf',
    spec: {
      ...LLAMA,
      layers: 40,
      hidden: 5120,
      heads: 40,
      keyValueHeads: 40,
      headWidth: 128,
      intermediate: 13_824,
      vocab: 32_000,
      maxPositions: 4096,
      padTokenId: 2,
    },
  },
  {
    name: 'smollm2-135m',
    source: 'HuggingFaceTB/SmolLM2-135M',
    spec: {
      ...LLAMA,
      layers: 30,
      hidden: 576,
      heads: 9,
      keyValueHeads: 3,
      headWidth: 64,
      intermediate: 1536,
      vocab: 49_152,
      maxPositions: 8192,
      ropeTheta: 100_000,
      tied: true,
      bosTokenId: 0,
      eosTokenIds: [0],
      padTokenId: 0,
    },
  },
];

const ROBERTA = {
  family: 'encoder',
  architecture: 'roberta',
  vocab: 50_265,
  maxPositions: 514,
  typeVocab: 1,
  layerNormEps: 1e-5,
  positionOffset: 2,
  padTokenId: 1,
  pooler: false,
} as const satisfies Partial<EncoderSpec>;

/** Those whose sizes are known by name, or by repository, where there is not even a configuration. */
export const PUBLISHED_MODELS: readonly {
  readonly name: string;
  readonly source: string;
  readonly spec: ModelSpec;
}[] = [
  ...PUBLISHED_DECODERS,
  {
    name: 'roberta-base',
    source: 'FacebookAI/roberta-base',
    spec: { ...ROBERTA, layers: 12, hidden: 768, heads: 12, intermediate: 3072 },
  },
  {
    name: 'roberta-large',
    source: 'FacebookAI/roberta-large',
    spec: { ...ROBERTA, layers: 24, hidden: 1024, heads: 16, intermediate: 4096 },
  },
];
