// LLaMA (Touvron et al., 2023) and Mistral (Jiang et al., 2023) as plain TensorFlow.js, with Hugging Face's parameter names.
// Activations are rows, [sequences * length, width], wherever attention does not need the sequence axis.
import type { AdaptableModel, DecoderSpec, LinearMap, Parameter, Role, Site, SiteWrapper } from '../contracts/model.ts';
import {
  attentionContext,
  attentionWeights,
  dequantize,
  type LowRankDelta,
  linear,
  linearCrossEntropy,
  lookUp,
  type PackedMatrix,
  rmsNorm,
  rotary,
  segment,
  siluGate,
  tf,
} from '../tensor/index.ts';
import { type BaseWeights, baseWeights, type PackedBase } from './base-weights.ts';
import type { CausalBatch } from './causal-batch.ts';
import type { Dropout } from './dropout.ts';
import type { ParameterShape, ReadParameter } from './parameters.ts';
import { SiteWrappers, siteName } from './wrappers.ts';

/** What a layer remembers of tokens: [sequences, keyValueHeads, tokens, headWidth], the keys rotated to their positions. */
export type LayerMemory = {
  readonly keys: tf.Tensor4D;
  readonly values: tf.Tensor4D;
};

export interface DecoderOutput {
  /** After the last norm, [size * length, hidden]. */
  readonly states: tf.Tensor2D;
  /** Of each layer: what was remembered before, and then these tokens. */
  readonly memory: readonly LayerMemory[];
  /** Of each layer: these tokens alone. */
  readonly added: readonly LayerMemory[];
}

export interface Decoder extends AdaptableModel {
  readonly spec: DecoderSpec;
  /** Changes whenever a wrapper is put on or taken off, or a merge changes how a matrix is held: what was traced before is then out of date. */
  readonly revision: number;
  /**
   * Reads the tokens of a batch.
   * @param past what is remembered of the tokens before them, whose positions the batch was given; of one sequence where
   * all of the batch continue the same
   */
  read(batch: CausalBatch, dropout: Dropout, past?: readonly LayerMemory[]): DecoderOutput;
  /** Of the next token, [rows, vocab]. A vocabulary is large: give it the states [rows, hidden] that are needed. */
  logits(states: tf.Tensor2D): tf.Tensor2D;
  /**
   * The mean of -log softmax(logits of the states)[label] over the rows whose label is not `ignored`; 0 where there is
   * none. Does not hold the logits where they are large.
   * @param labels [rows], int32
   */
  crossEntropy(states: tf.Tensor2D, labels: tf.Tensor1D, ignored: number): tf.Scalar;
  dispose(): void;
}

/** The widths that a linear map goes between. */
type Width = 'hidden' | 'queries' | 'keys' | 'intermediate';

/** The linear maps of a layer: role, name below `layers.N.`, and the widths of input and output. */
const MAPS: readonly (readonly [role: Role, name: string, from: Width, to: Width])[] = [
  ['q', 'self_attn.q_proj', 'hidden', 'queries'],
  ['k', 'self_attn.k_proj', 'hidden', 'keys'],
  ['v', 'self_attn.v_proj', 'hidden', 'keys'],
  ['o', 'self_attn.o_proj', 'queries', 'hidden'],
  ['gate', 'mlp.gate_proj', 'hidden', 'intermediate'],
  ['up', 'mlp.up_proj', 'hidden', 'intermediate'],
  ['down', 'mlp.down_proj', 'intermediate', 'hidden'],
];

function widthsOf({ hidden, heads, keyValueHeads, headWidth, intermediate }: DecoderSpec): Record<Width, number> {
  return { hidden, queries: heads * headWidth, keys: keyValueHeads * headWidth, intermediate };
}

/** The sites of a decoder of this size, layer by layer. */
export function decoderSites(spec: DecoderSpec): Site[] {
  const widths = widthsOf(spec);
  return Array.from({ length: spec.layers }, (_, layer) =>
    MAPS.map(([role, , from, to]) => ({
      name: siteName({ layer, role }),
      layer,
      role,
      in: widths[from],
      out: widths[to],
    })),
  ).flat();
}

/** Names and shapes of every base parameter, in a fixed order. */
export function decoderParameters(spec: DecoderSpec): ParameterShape[] {
  const widths = widthsOf(spec);
  const layer = (index: number): ParameterShape[] => [
    ...MAPS.map(([, name, from, to]): ParameterShape => [`layers.${index}.${name}.weight`, [widths[to], widths[from]]]),
    [`layers.${index}.input_layernorm.weight`, [spec.hidden]],
    [`layers.${index}.post_attention_layernorm.weight`, [spec.hidden]],
  ];
  return [
    ['embed_tokens.weight', [spec.vocab, spec.hidden]],
    ...Array.from({ length: spec.layers }, (_, index) => layer(index)).flat(),
    ['norm.weight', [spec.hidden]],
    ...(spec.tied ? [] : [['lm_head.weight', [spec.vocab, spec.hidden]] as ParameterShape]),
  ];
}

/**
 * A decoder with the parameters that `read` gives.
 * @param packed where the base is held in less than 32 bits: gives its matrices
 * @throws InputError where they are not of a size for that
 */
export function createDecoder(spec: DecoderSpec, read: ReadParameter, packed?: PackedBase): Decoder {
  return new LlamaDecoder(spec, baseWeights(decoderParameters(spec), read, packed));
}

class LlamaDecoder implements Decoder {
  readonly sites: readonly Site[];
  private readonly wrappers = new SiteWrappers();

  constructor(
    readonly spec: DecoderSpec,
    private readonly base: BaseWeights,
  ) {
    this.sites = decoderSites(spec);
  }

  get parameters(): readonly Parameter[] {
    return this.base.parameters;
  }

  get frozen(): readonly Parameter[] {
    return this.base.frozen;
  }

  get revision(): number {
    return this.wrappers.revision + this.base.revision;
  }

  merge(site: Site, delta: LowRankDelta): void {
    this.base.merge(`${decoderModule(site)}.weight`, delta);
  }

  wrap(site: Site, wrapper: SiteWrapper): () => void {
    return this.wrappers.wrap(site, wrapper);
  }

  read(batch: CausalBatch, dropout: Dropout, past: readonly LayerMemory[] = []): DecoderOutput {
    const memory: LayerMemory[] = [];
    const added: LayerMemory[] = [];
    let x = lookUp(this.base.table('embed_tokens.weight'), batch.ids);
    for (let layer = 0; layer < this.spec.layers; layer++) {
      const before = x;
      x = segment(() => {
        const attended = this.attention(layer, before, batch, dropout, past[layer]);
        memory.push(attended.memory);
        added.push(attended.added);
        return this.feedForward(layer, tf.add(before, attended.output));
      });
    }
    return { states: this.norm('norm', x), memory, added };
  }

  logits(states: tf.Tensor2D): tf.Tensor2D {
    const table = this.outputTable();
    return linear(states, table instanceof tf.Tensor ? table : { dense: () => dequantize(table) }, undefined);
  }

  crossEntropy(states: tf.Tensor2D, labels: tf.Tensor1D, ignored: number): tf.Scalar {
    return linearCrossEntropy(states, this.outputTable(), labels, ignored);
  }

  dispose(): void {
    this.base.dispose();
  }

  /** What gives the logits, [vocab, hidden]. */
  private outputTable(): tf.Tensor2D | PackedMatrix {
    return this.base.table(this.spec.tied ? 'embed_tokens.weight' : 'lm_head.weight');
  }

  private attention(
    layer: number,
    x: tf.Tensor2D,
    batch: CausalBatch,
    dropout: Dropout,
    past: LayerMemory | undefined,
  ): { output: tf.Tensor2D; memory: LayerMemory; added: LayerMemory } {
    const { heads, keyValueHeads, headWidth } = this.spec;
    const { size, length, cos, sin, mask } = batch;
    const normed = this.norm(`layers.${layer}.input_layernorm`, x);
    const rows = (role: Role) => this.adapted(layer, role, normed);
    // A row of tables a token: then all sequences are one to the rotation.
    const angles = cos.shape[0];
    const rotated = (role: Role, count: number): tf.Tensor2D =>
      tf.reshape(rotary(tf.reshape(rows(role), [(size * length) / angles, angles, count, headWidth]), cos, sin), [
        size * length,
        count * headWidth,
      ]);
    const split = (table: tf.Tensor2D, count: number): tf.Tensor4D =>
      tf.transpose(tf.reshape(table, [size, length, count, headWidth]), [0, 2, 1, 3]);

    const q = split(rotated('q', heads), heads);
    const added = {
      keys: split(rotated('k', keyValueHeads), keyValueHeads),
      values: split(rows('v'), keyValueHeads),
    };
    const memory = { keys: remember(past?.keys, added.keys), values: remember(past?.values, added.values) };
    const weights = attentionWeights(q, memory.keys, mask, 1 / Math.sqrt(headWidth));
    const context = attentionContext(dropout(`layers.${layer}.attention-weights`, weights), memory.values);
    const joined: tf.Tensor2D = tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [size * length, heads * headWidth]);
    return { output: this.adapted(layer, 'o', joined), memory, added };
  }

  /** `x` with its feed-forward part added. */
  private feedForward(layer: number, x: tf.Tensor2D): tf.Tensor2D {
    const normed = this.norm(`layers.${layer}.post_attention_layernorm`, x);
    const gated = siluGate(this.adapted(layer, 'gate', normed), this.adapted(layer, 'up', normed));
    return tf.add(x, this.adapted(layer, 'down', gated));
  }

  /** A site's map, through the wrapper that a method put there. */
  private adapted(layer: number, role: Role, x: tf.Tensor2D): tf.Tensor2D {
    const weight = this.base.matrix(`${decoderModule({ layer, role })}.weight`);
    const base: LinearMap = (input, delta?: LowRankDelta) => linear(input, weight, undefined, delta);
    return this.wrappers.apply({ layer, role }, x, base);
  }

  private norm(name: string, x: tf.Tensor2D): tf.Tensor2D {
    return rmsNorm(x, this.base.vector(`${name}.weight`), this.spec.rmsNormEps);
  }
}

/** The name of a site's linear map in the bare decoder, such as `layers.0.self_attn.q_proj`. */
export function decoderModule({ layer, role }: Pick<Site, 'layer' | 'role'>): string {
  const map = MAPS.find(([known]) => known === role);
  if (map === undefined) throw new Error(`a decoder layer has no map in the role ${role}`);
  return `layers.${layer}.${map[1]}`;
}

/** `next` behind what was remembered, [sequences, heads, tokens, width]; one sequence's is every sequence's. */
function remember(past: tf.Tensor4D | undefined, next: tf.Tensor4D): tf.Tensor4D {
  if (past === undefined) return next;
  const [sequences] = next.shape;
  const [, heads, tokens, width] = past.shape;
  const own = past.shape[0] === sequences ? past : tf.broadcastTo(past, [sequences, heads, tokens, width]);
  return tf.concat([own as tf.Tensor4D, next], 2);
}
