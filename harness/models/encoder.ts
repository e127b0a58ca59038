// BERT (Devlin et al., 2019) and RoBERTa (Liu et al., 2019) as plain TensorFlow.js, with Hugging Face's parameter names.
// Activations are rows, [sequences * length, hidden], wherever attention does not need the sequence axis.
import type { AdaptableModel, EncoderSpec, LinearMap, Parameter, Role, Site, SiteWrapper } from '../contracts/model.ts';
import { attentionWeights, gelu, type LowRankDelta, layerNorm, linear, segment, tf } from '../tensor/index.ts';
import type { TokenBatch } from './batch.ts';
import type { Dropout } from './dropout.ts';
import { NamedParameters, type ParameterShape, type ReadParameter } from './parameters.ts';
import { SiteWrappers, siteName } from './wrappers.ts';

export interface Encoder extends AdaptableModel {
  readonly spec: EncoderSpec;
  /** Changes whenever a wrapper is put on or taken off: what was traced before is then out of date. */
  readonly revision: number;
  /** The last hidden states, [size * length, hidden]. */
  hidden(batch: TokenBatch, dropout: Dropout): tf.Tensor2D;
  /** The last hidden states of each sequence's first token, [size, hidden]: the last layer computes no other. */
  first(batch: TokenBatch, dropout: Dropout): tf.Tensor2D;
  /** tanh of the pooler's map of `first`, [size, hidden]. @throws Error without a pooler */
  pooled(first: tf.Tensor2D): tf.Tensor2D;
  dispose(): void;
}

/** The linear maps of a layer: role, name below `encoder.layer.N.`, and whether it goes in and out of `intermediate`. */
const MAPS: readonly (readonly [
  role: Role,
  name: string,
  from: 'hidden' | 'intermediate',
  to: 'hidden' | 'intermediate',
])[] = [
  ['q', 'attention.self.query', 'hidden', 'hidden'],
  ['k', 'attention.self.key', 'hidden', 'hidden'],
  ['v', 'attention.self.value', 'hidden', 'hidden'],
  ['o', 'attention.output.dense', 'hidden', 'hidden'],
  ['up', 'intermediate.dense', 'hidden', 'intermediate'],
  ['down', 'output.dense', 'intermediate', 'hidden'],
];

/** The sites of an encoder of this size, layer by layer. */
export function encoderSites(spec: EncoderSpec): Site[] {
  return Array.from({ length: spec.layers }, (_, layer) =>
    MAPS.map(([role, , from, to]) => ({ name: siteName({ layer, role }), layer, role, in: spec[from], out: spec[to] })),
  ).flat();
}

/** Names and shapes of every base parameter, in a fixed order. */
export function encoderParameters(spec: EncoderSpec): ParameterShape[] {
  const norm = (name: string): ParameterShape[] => [
    [`${name}.weight`, [spec.hidden]],
    [`${name}.bias`, [spec.hidden]],
  ];
  const layer = (index: number): ParameterShape[] => {
    const prefix = `encoder.layer.${index}.`;
    const maps = MAPS.flatMap(([, name, from, to]): ParameterShape[] => [
      [`${prefix}${name}.weight`, [spec[to], spec[from]]],
      [`${prefix}${name}.bias`, [spec[to]]],
    ]);
    return [...maps, ...norm(`${prefix}attention.output.LayerNorm`), ...norm(`${prefix}output.LayerNorm`)];
  };
  return [
    ['embeddings.word_embeddings.weight', [spec.vocab, spec.hidden]],
    ['embeddings.position_embeddings.weight', [spec.maxPositions, spec.hidden]],
    ['embeddings.token_type_embeddings.weight', [spec.typeVocab, spec.hidden]],
    ...norm('embeddings.LayerNorm'),
    ...Array.from({ length: spec.layers }, (_, index) => layer(index)).flat(),
    ...(spec.pooler
      ? ([
          ['pooler.dense.weight', [spec.hidden, spec.hidden]],
          ['pooler.dense.bias', [spec.hidden]],
        ] as ParameterShape[])
      : []),
  ];
}

/** An encoder with the parameters that `read` gives. */
export function createEncoder(spec: EncoderSpec, read: ReadParameter): Encoder {
  return new BertEncoder(spec, new NamedParameters(encoderParameters(spec), read));
}

class BertEncoder implements Encoder {
  readonly sites: readonly Site[];
  readonly frozen = [];
  private readonly wrappers = new SiteWrappers();

  constructor(
    readonly spec: EncoderSpec,
    private readonly named: NamedParameters,
  ) {
    this.sites = encoderSites(spec);
  }

  get parameters(): readonly Parameter[] {
    return this.named.all;
  }

  get revision(): number {
    return this.wrappers.revision;
  }

  merge(site: Site, delta: LowRankDelta): void {
    this.named.merge(`${encoderModule(site)}.weight`, delta);
  }

  wrap(site: Site, wrapper: SiteWrapper): () => void {
    return this.wrappers.wrap(site, wrapper);
  }

  hidden(batch: TokenBatch, dropout: Dropout): tf.Tensor2D {
    const last = this.spec.layers - 1;
    return this.layer(last, this.upTo(last, batch, dropout), allTokens, batch, dropout);
  }

  first(batch: TokenBatch, dropout: Dropout): tf.Tensor2D {
    const last = this.spec.layers - 1;
    return this.layer(last, this.upTo(last, batch, dropout), firstTokens, batch, dropout);
  }

  pooled(first: tf.Tensor2D): tf.Tensor2D {
    if (!this.spec.pooler) throw new Error('this encoder has no pooler');
    return tf.tanh(this.linear('pooler.dense', first));
  }

  dispose(): void {
    this.named.dispose();
  }

  /** The states that layer `end` reads. */
  private upTo(end: number, batch: TokenBatch, dropout: Dropout): tf.Tensor2D {
    let x = dropout('embeddings', this.embed(batch));
    for (let layer = 0; layer < end; layer++) x = this.layer(layer, x, allTokens, batch, dropout);
    return x;
  }

  private embed({ ids, typeIds, size, length }: TokenBatch): tf.Tensor2D {
    const { hidden, positionOffset } = this.spec;
    const words = tf.gather(this.parameter('embeddings.word_embeddings.weight'), ids);
    const types = tf.gather(this.parameter('embeddings.token_type_embeddings.weight'), typeIds);
    const positions = tf.slice(
      this.parameter('embeddings.position_embeddings.weight'),
      [positionOffset, 0],
      [length, hidden],
    );
    const sum = tf.add(tf.reshape(tf.add(words, types), [size, length, hidden]), positions);
    return this.norm('embeddings.LayerNorm', tf.reshape(sum, [size * length, hidden]));
  }

  /** A layer's states of the tokens that `choose` takes from its input; these attend to every token. */
  private layer(index: number, x: tf.Tensor2D, choose: Choose, batch: TokenBatch, dropout: Dropout): tf.Tensor2D {
    const prefix = `encoder.layer.${index}`;
    const apply = (role: Role, input: tf.Tensor2D) => this.adapted(index, role, input);
    return segment(() => {
      const chosen = choose(x, batch);
      const context = this.attention(index, chosen, x, batch, dropout);
      const attended = dropout(`layers.${index}.attention`, apply('o', context));
      const middle = this.norm(`${prefix}.attention.output.LayerNorm`, tf.add(chosen, attended));
      const fed = dropout(`layers.${index}.feed-forward`, apply('down', gelu(apply('up', middle))));
      return this.norm(`${prefix}.output.LayerNorm`, tf.add(middle, fed));
    });
  }

  /** Multi-head attention of `queries` to `x`, without the output map: [queries, hidden]. */
  private attention(
    index: number,
    queries: tf.Tensor2D,
    x: tf.Tensor2D,
    { size, mask }: TokenBatch,
    dropout: Dropout,
  ): tf.Tensor2D {
    const { heads, hidden } = this.spec;
    const width = hidden / heads;
    const split = (role: Role, rows: tf.Tensor2D): tf.Tensor4D => {
      const table: tf.Tensor4D = tf.reshape(this.adapted(index, role, rows), [
        size,
        rows.shape[0] / size,
        heads,
        width,
      ]);
      return tf.transpose(table, [0, 2, 1, 3]);
    };
    const weights = attentionWeights(split('q', queries), split('k', x), mask, 1 / Math.sqrt(width));
    const context = tf.matMul(dropout(`layers.${index}.attention-weights`, weights), split('v', x));
    return tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [queries.shape[0], hidden]);
  }

  /** A site's map, through the wrapper that a method put there. */
  private adapted(layer: number, role: Role, x: tf.Tensor2D): tf.Tensor2D {
    const base: LinearMap = (input, delta) => this.linear(encoderModule({ layer, role }), input, delta);
    return this.wrappers.apply({ layer, role }, x, base);
  }

  private linear(name: string, x: tf.Tensor2D, delta?: LowRankDelta): tf.Tensor2D {
    const [weight, bias] = [this.parameter(`${name}.weight`), this.parameter(`${name}.bias`)];
    return linear(x, weight as tf.Tensor2D, bias as tf.Tensor1D, delta);
  }

  private norm(name: string, x: tf.Tensor2D): tf.Tensor2D {
    const [scale, bias] = [this.parameter(`${name}.weight`), this.parameter(`${name}.bias`)];
    return layerNorm(x, scale as tf.Tensor1D, bias as tf.Tensor1D, this.spec.layerNormEps);
  }

  private parameter(name: string): tf.Variable {
    return this.named.get(name);
  }
}

export function encoderModule({ layer, role }: Pick<Site, 'layer' | 'role'>): string {
  const map = MAPS.find(([known]) => known === role);
  if (map === undefined) throw new Error(`an encoder layer has no map in the role ${role}`);
  return `encoder.layer.${layer}.${map[1]}`;
}

/** Takes the rows that a layer computes further from [size * length, hidden]. */
type Choose = (x: tf.Tensor2D, batch: TokenBatch) => tf.Tensor2D;

const allTokens: Choose = (x) => x;

/** The rows of each sequence's first token, [size, hidden]. */
const firstTokens: Choose = (x, { size, length }) => {
  const width = x.shape[1];
  return tf.reshape(tf.slice(tf.reshape(x, [size, length, width]), [0, 0, 0], [size, 1, width]), [size, width]);
};
