// BERT (Devlin et al., 2019) and RoBERTa (Liu et al., 2019) as plain TensorFlow.js, with Hugging Face's parameter names.
// Activations are rows, [sequences * length, hidden], wherever attention does not need the sequence axis.
import type { AdaptableModel, LinearMap, ModelSpec, Parameter, Role, Site, SiteWrapper } from '../contracts/model.ts';
import { gelu, layerNorm, tf } from '../tensor/index.ts';
import type { TokenBatch } from './batch.ts';
import type { Dropout } from './dropout.ts';

/** Reads a base parameter by its Hugging Face name, checking that it has `shape`. */
export type ReadParameter = (name: string, shape: readonly number[]) => Float32Array;

export interface Encoder extends AdaptableModel {
  /** The last hidden states, [size * length, hidden]. */
  hidden(batch: TokenBatch, dropout: Dropout): tf.Tensor2D;
  /** tanh of the pooler's map of the first token's hidden state, [size, hidden]. @throws Error without a pooler */
  pooled(hidden: tf.Tensor2D, batch: TokenBatch): tf.Tensor2D;
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
export function encoderSites(spec: ModelSpec): Site[] {
  return Array.from({ length: spec.layers }, (_, layer) =>
    MAPS.map(([role, , from, to]) => ({ name: `layers.${layer}.${role}`, layer, role, in: spec[from], out: spec[to] })),
  ).flat();
}

/** Names and shapes of every base parameter, in a fixed order. */
export function encoderParameters(spec: ModelSpec): [name: string, shape: number[]][] {
  const norm = (name: string): [string, number[]][] => [
    [`${name}.weight`, [spec.hidden]],
    [`${name}.bias`, [spec.hidden]],
  ];
  const layer = (index: number): [string, number[]][] => {
    const prefix = `encoder.layer.${index}.`;
    const maps = MAPS.flatMap(([, name, from, to]): [string, number[]][] => [
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
        ] as [string, number[]][])
      : []),
  ];
}

/** An encoder with the parameters that `read` gives. */
export function createEncoder(spec: ModelSpec, read: ReadParameter): Encoder {
  const parameters = encoderParameters(spec).map(([name, shape]): Parameter => {
    const tensor = tf.tensor(read(name, shape), shape);
    const variable = tf.variable(tensor);
    tensor.dispose();
    return { name, variable };
  });
  return new BertEncoder(spec, parameters);
}

class BertEncoder implements Encoder {
  readonly sites: readonly Site[];
  private readonly byName: ReadonlyMap<string, tf.Variable>;
  private readonly wrappers = new Map<string, SiteWrapper>();

  constructor(
    readonly spec: ModelSpec,
    readonly parameters: readonly Parameter[],
  ) {
    this.sites = encoderSites(spec);
    this.byName = new Map(parameters.map(({ name, variable }) => [name, variable]));
  }

  weight(site: Site): tf.Variable {
    return this.parameter(`${mapName(site)}.weight`);
  }

  wrap(site: Site, wrapper: SiteWrapper): () => void {
    if (this.wrappers.has(site.name)) throw new Error(`the site ${site.name} is wrapped already`);
    this.wrappers.set(site.name, wrapper);
    return () => this.wrappers.delete(site.name);
  }

  hidden(batch: TokenBatch, dropout: Dropout): tf.Tensor2D {
    const mask = tf.tensor4d(batch.mask, [batch.size, 1, 1, batch.length]);
    let x = dropout('embeddings', this.embed(batch));
    for (let layer = 0; layer < this.spec.layers; layer++) x = this.layer(layer, x, mask, batch, dropout);
    return x;
  }

  pooled(hidden: tf.Tensor2D, batch: TokenBatch): tf.Tensor2D {
    if (!this.spec.pooler) throw new Error('this encoder has no pooler');
    return tf.tanh(this.linear('pooler.dense', firstTokens(hidden, batch)));
  }

  dispose(): void {
    for (const { variable } of this.parameters) variable.dispose();
  }

  private embed({ ids, typeIds, size, length }: TokenBatch): tf.Tensor2D {
    const { hidden, positionOffset } = this.spec;
    const words = tf.gather(this.parameter('embeddings.word_embeddings.weight'), tf.tensor1d(ids, 'int32'));
    const types = tf.gather(this.parameter('embeddings.token_type_embeddings.weight'), tf.tensor1d(typeIds, 'int32'));
    const positions = tf.slice(
      this.parameter('embeddings.position_embeddings.weight'),
      [positionOffset, 0],
      [length, hidden],
    );
    const sum = tf.add(tf.reshape(tf.add(words, types), [size, length, hidden]), positions);
    return this.norm('embeddings.LayerNorm', tf.reshape(sum, [size * length, hidden]));
  }

  private layer(index: number, x: tf.Tensor2D, mask: tf.Tensor4D, batch: TokenBatch, dropout: Dropout): tf.Tensor2D {
    const prefix = `encoder.layer.${index}`;
    const apply = (role: Role, input: tf.Tensor2D) => this.adapted(index, role, input);
    const context = this.attention(index, x, mask, batch, dropout);
    const attended = dropout(`layers.${index}.attention`, apply('o', context));
    const middle = this.norm(`${prefix}.attention.output.LayerNorm`, tf.add(x, attended));
    const fed = dropout(`layers.${index}.feed-forward`, apply('down', gelu(apply('up', middle))));
    return this.norm(`${prefix}.output.LayerNorm`, tf.add(middle, fed));
  }

  /** Multi-head attention without the output map: [size * length, hidden]. */
  private attention(
    index: number,
    x: tf.Tensor2D,
    mask: tf.Tensor4D,
    { size, length }: TokenBatch,
    dropout: Dropout,
  ): tf.Tensor2D {
    const { heads, hidden } = this.spec;
    const width = hidden / heads;
    const split = (role: Role): tf.Tensor4D =>
      tf.transpose(tf.reshape(this.adapted(index, role, x), [size, length, heads, width]), [0, 2, 1, 3]);
    const scores = tf.mul(tf.matMul(split('q'), split('k'), false, true), 1 / Math.sqrt(width));
    const weights = dropout(`layers.${index}.attention-weights`, tf.softmax(tf.add(scores, mask)));
    const context = tf.matMul(weights, split('v')) as tf.Tensor4D;
    return tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [size * length, hidden]);
  }

  /** A site's map, through the wrapper that a method put there. */
  private adapted(layer: number, role: Role, x: tf.Tensor2D): tf.Tensor2D {
    const base: LinearMap = (input) => this.linear(mapName({ layer, role }), input);
    const wrapper = this.wrappers.get(`layers.${layer}.${role}`);
    return wrapper ? wrapper(x, base) : base(x);
  }

  private linear(name: string, x: tf.Tensor2D): tf.Tensor2D {
    return tf.add(
      tf.matMul(x, this.parameter(`${name}.weight`) as tf.Tensor2D, false, true),
      this.parameter(`${name}.bias`),
    );
  }

  private norm(name: string, x: tf.Tensor2D): tf.Tensor2D {
    const [scale, bias] = [this.parameter(`${name}.weight`), this.parameter(`${name}.bias`)];
    return layerNorm(x, scale as tf.Tensor1D, bias as tf.Tensor1D, this.spec.layerNormEps);
  }

  private parameter(name: string): tf.Variable {
    const variable = this.byName.get(name);
    if (variable === undefined) throw new Error(`the encoder has no parameter ${name}`);
    return variable;
  }
}

function mapName({ layer, role }: Pick<Site, 'layer' | 'role'>): string {
  const map = MAPS.find(([known]) => known === role);
  if (map === undefined) throw new Error(`an encoder layer has no map in the role ${role}`);
  return `encoder.layer.${layer}.${map[1]}`;
}

/** The rows of each sequence's first token, [size, hidden]. */
export function firstTokens(hidden: tf.Tensor2D, { size, length }: TokenBatch): tf.Tensor2D {
  const width = hidden.shape[1];
  const first = tf.slice(tf.reshape(hidden, [size, length, width]), [0, 0, 0], [size, 1, width]);
  return tf.reshape(first, [size, width]);
}
