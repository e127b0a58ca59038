// The weights of a decoder, in 32-bit floats, all of which can be trained, or in less, of which only the norms can.
import type { BaseMerge, BasePrecision, PackedPrecision } from '../contracts/base-precision.ts';
import { InputError } from '../contracts/input-error.ts';
import type { Parameter } from '../contracts/model.ts';
import { PACKED_BLOCK, pack } from '../formats/pack.ts';
import {
  type FrozenWeight,
  hold,
  type LowRankDelta,
  type PackedArrays,
  type PackedMatrix,
  partsOf,
  type tf,
} from '../tensor/index.ts';
import { type FrozenMatrix, freeze, namedParts } from './frozen-matrix.ts';
import { NamedParameters, type ParameterShape, type ReadParameter } from './parameters.ts';

export interface BaseWeights {
  /** What can be trained. */
  readonly parameters: readonly Parameter[];
  /** What cannot. */
  readonly frozen: readonly Parameter[];
  /** Changes whenever a merge leaves a matrix in another form: what was traced before is then out of date. */
  readonly revision: number;
  vector(name: string): tf.Tensor1D;
  /** Of a vocabulary: the embeddings, or the output map, [vocab, hidden]. */
  table(name: string): tf.Tensor2D | PackedMatrix;
  /** Of a linear map, [out, in]. */
  matrix(name: string): tf.Tensor2D | FrozenWeight;
  /** Adds scale * B A to a linear map's. */
  merge(name: string, delta: LowRankDelta): void;
  dispose(): void;
}

/** A base that is held in less than 32 bits. */
export interface PackedBase {
  readonly precision: PackedPrecision;
  readonly merge: BaseMerge;
  /** Reads a matrix by its Hugging Face name, checking that it has `shape`, in the precision asked for. */
  read(name: string, shape: readonly [number, number], precision: PackedPrecision): PackedArrays;
}

/** A base whose matrices are brought to their precision as soon as `read` gives them; undefined for 32-bit floats. */
export function packingBase(read: ReadParameter, precision: BasePrecision, merge: BaseMerge): PackedBase | undefined {
  if (precision === 'f32') return undefined;
  return { precision, merge, read: (name, shape, held) => pack(read(name, shape), shape, held, name) };
}

/**
 * @param packed undefined for 32-bit floats
 * @throws InputError where rows are no whole number of blocks
 */
export function baseWeights(shapes: readonly ParameterShape[], read: ReadParameter, packed?: PackedBase): BaseWeights {
  return packed === undefined ? new FloatWeights(shapes, read) : new PackedWeights(shapes, read, packed);
}

/** The precision in which a parameter of a base is held. As in GGUF files, tables of a vocabulary have 8 bits where other matrices have 4. */
export function precisionOf([name, shape]: ParameterShape, base: BasePrecision): BasePrecision {
  if (shape.length !== 2) return 'f32';
  return base === 'q4' && isTable(name) ? 'q8' : base;
}

const isTable = (name: string): boolean => /^(embed_tokens|lm_head)\./.test(name);

/** What is wrong with a base of these shapes in this precision. */
export function unfit(shapes: readonly ParameterShape[], base: BasePrecision): string | undefined {
  const isUnfit = (parameter: ParameterShape) =>
    ['q8', 'q4'].includes(precisionOf(parameter, base)) && (parameter[1][1] ?? 0) % PACKED_BLOCK !== 0;
  const parameter = shapes.find(isUnfit);
  if (parameter === undefined) return undefined;
  const [name, shape] = parameter;
  return `${name} has rows of ${shape[1]} values, expected a multiple of ${PACKED_BLOCK} for a base in ${base}`;
}

class FloatWeights implements BaseWeights {
  readonly frozen = [];
  readonly revision = 0;
  private readonly named: NamedParameters;

  constructor(shapes: readonly ParameterShape[], read: ReadParameter) {
    this.named = new NamedParameters(shapes, read);
  }

  get parameters(): readonly Parameter[] {
    return this.named.all;
  }

  vector(name: string): tf.Tensor1D {
    return this.named.get(name) as tf.Tensor1D;
  }

  table(name: string): tf.Tensor2D {
    return this.matrix(name);
  }

  matrix(name: string): tf.Tensor2D {
    return this.named.get(name) as tf.Tensor2D;
  }

  merge(name: string, delta: LowRankDelta): void {
    this.named.merge(name, delta);
  }

  dispose(): void {
    this.named.dispose();
  }
}

class PackedWeights implements BaseWeights {
  private readonly vectors: NamedParameters;
  private readonly tables = new Map<string, PackedMatrix>();
  private readonly matrices = new Map<string, FrozenMatrix>();
  private merges = 0;

  constructor(shapes: readonly ParameterShape[], read: ReadParameter, base: PackedBase) {
    const wrong = unfit(shapes, base.precision);
    if (wrong !== undefined) throw new InputError(wrong);
    this.vectors = new NamedParameters(
      shapes.filter(([, shape]) => shape.length === 1),
      read,
    );
    for (const parameter of shapes) {
      const [name, shape] = parameter;
      const precision = precisionOf(parameter, base.precision);
      if (precision === 'f32') continue;
      const [rows = 0, width = 0] = shape;
      const arrays = base.read(name, [rows, width], precision);
      if (isTable(name)) this.tables.set(name, hold(arrays));
      else this.matrices.set(name, freeze(name, arrays, precision, base.merge));
    }
  }

  get parameters(): readonly Parameter[] {
    return this.vectors.all;
  }

  get frozen(): readonly Parameter[] {
    const tables = [...this.tables].flatMap(([name, table]) => namedParts(name, table));
    return [...tables, ...[...this.matrices.values()].flatMap(({ parts }) => parts)];
  }

  get revision(): number {
    return this.merges;
  }

  vector(name: string): tf.Tensor1D {
    return this.vectors.get(name) as tf.Tensor1D;
  }

  table(name: string): PackedMatrix {
    return found(this.tables, name);
  }

  matrix(name: string): FrozenMatrix {
    return found(this.matrices, name);
  }

  merge(name: string, delta: LowRankDelta): void {
    this.matrix(name).merge(delta);
    this.merges += 1;
  }

  dispose(): void {
    this.vectors.dispose();
    for (const table of this.tables.values()) for (const part of partsOf(table)) part.dispose();
    for (const matrix of this.matrices.values()) matrix.dispose();
  }
}

function found<T>(named: ReadonlyMap<string, T>, name: string): T {
  const one = named.get(name);
  if (one === undefined) throw new Error(`the model has no parameter ${name}`);
  return one;
}
