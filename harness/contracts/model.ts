// What a method may see of a model: its size, its adaptation sites and its parameters. The families implement it.
import type { LowRankDelta, tf } from '../tensor/index.ts';

/** The linear maps of a transformer layer that a method may adapt. Encoders have no gate. */
export const ROLES = ['q', 'k', 'v', 'o', 'up', 'gate', 'down'] as const;
export type Role = (typeof ROLES)[number];

/** Sizes of a model, enough to count parameters without weights. */
export type ModelSpec = EncoderSpec | DecoderSpec;

export interface EncoderSpec {
  readonly family: 'encoder';
  readonly architecture: 'bert' | 'roberta';
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  readonly intermediate: number;
  readonly vocab: number;
  readonly maxPositions: number;
  readonly typeVocab: number;
  readonly layerNormEps: number;
  /** The first position id: RoBERTa counts from padding id + 1, BERT from 0. */
  readonly positionOffset: number;
  readonly padTokenId: number;
  /** Whether there is a pooler: a BERT's weights may have one, and of a RoBERTa it is not used. */
  readonly pooler: boolean;
}

export interface DecoderSpec {
  readonly family: 'decoder';
  readonly architecture: 'llama' | 'mistral';
  readonly layers: number;
  readonly hidden: number;
  readonly heads: number;
  /** Heads of keys and values, a divisor of `heads`: the queries of a group share one. */
  readonly keyValueHeads: number;
  readonly headWidth: number;
  readonly intermediate: number;
  readonly vocab: number;
  readonly maxPositions: number;
  readonly rmsNormEps: number;
  /** The base of the rotary frequencies. */
  readonly ropeTheta: number;
  readonly ropeScaling: Llama3RopeScaling | null;
  /** Divides each rotary frequency, [headWidth / 2]: how GGUF files carry the scaling. */
  readonly ropeFactors: readonly number[] | null;
  /** A token sees this many tokens at most, itself the last; null for all before it. */
  readonly slidingWindow: number | null;
  /** Whether the output map is the table of embeddings. */
  readonly tied: boolean;
  readonly bosTokenId: number | null;
  /** Any of them ends a text. */
  readonly eosTokenIds: readonly number[];
  readonly padTokenId: number;
}

/** How LLaMA 3.1 and later stretch the rotary frequencies to longer texts. */
export interface Llama3RopeScaling {
  readonly factor: number;
  readonly lowFreqFactor: number;
  readonly highFreqFactor: number;
  readonly originalMaxPositions: number;
}

/** A linear map y = x W^T, or x W^T + b, of the base model, W of shape [out, in]. */
export interface Site {
  /** `layers.<layer>.<role>` */
  readonly name: string;
  readonly layer: number;
  readonly role: Role;
  readonly in: number;
  readonly out: number;
}

/** Applies a linear map to rows, [n, in] -> [n, out]; with `delta`, its weight changed by scale * B A. */
export type LinearMap = (x: tf.Tensor2D, delta?: LowRankDelta) => tf.Tensor2D;

/** Takes the place of a site's linear map; `base` applies the frozen map (weight and bias). */
export type SiteWrapper = (x: tf.Tensor2D, base: LinearMap) => tf.Tensor2D;

/** A named parameter of the base model. */
export interface Parameter {
  readonly name: string;
  readonly variable: tf.Variable;
}

/** The part of a model that methods work on. */
export interface AdaptableModel {
  readonly spec: ModelSpec;
  readonly sites: readonly Site[];
  /** Every base parameter that can be trained, in a fixed order, without the task head. */
  readonly parameters: readonly Parameter[];
  /**
   * What is left of the base where it is held in less than 32 bits: the parts of its matrices, which nobody can train,
   * and what was merged into them.
   */
  readonly frozen: readonly Parameter[];
  /** Adds scale * B A to the weight of a site's linear map, in the way of the base. */
  merge(site: Site, delta: LowRankDelta): void;
  /** Lets `wrapper` take the place of a site's map until the returned function is called. One wrapper a site at a time. */
  wrap(site: Site, wrapper: SiteWrapper): () => void;
}
