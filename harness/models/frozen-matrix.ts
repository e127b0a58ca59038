// A frozen matrix of a base in less than 32 bits, and what becomes of it when an adapter is merged into it.
import type { BaseMerge, PackedPrecision } from '../contracts/base-precision.ts';
import type { Parameter } from '../contracts/model.ts';
import { NotFinite } from '../contracts/not-finite.ts';
import { isFinitePacked, nearest } from '../formats/pack.ts';
import {
  addLowRank,
  adopt,
  dequantize,
  type FrozenWeight,
  hold,
  type LowRankDelta,
  type PackedArrays,
  type PackedMatrix,
  partsOf,
  tf,
} from '../tensor/index.ts';
import { copyColumns } from './copy-columns.ts';

export interface FrozenMatrix extends FrozenWeight {
  /** Adds scale * B A. @throws NotFinite where the form cannot hold the sum */
  merge(delta: LowRankDelta): void;
  /** All that decides the values. */
  readonly parts: readonly Parameter[];
  dispose(): void;
}

/** A matrix that `merge` treats in one of the three ways. */
export function freeze(name: string, arrays: PackedArrays, precision: PackedPrecision, merge: BaseMerge): FrozenMatrix {
  const packed = hold(arrays);
  if (merge === 'stack') return new Stacked(name, packed);
  return merge === 'dequantize' ? new Dequantized(name, packed) : new Requantized(name, packed, precision);
}

abstract class Packed implements FrozenMatrix {
  constructor(
    protected readonly name: string,
    protected packed: PackedMatrix,
  ) {}

  abstract merge(delta: LowRankDelta): void;

  dense(): tf.Tensor2D {
    return dequantize(this.packed);
  }

  get parts(): readonly Parameter[] {
    return namedParts(this.name, this.packed);
  }

  dispose(): void {
    for (const part of partsOf(this.packed)) part.dispose();
  }
}

/** The parts of a matrix under its name. */
export function namedParts(name: string, matrix: PackedMatrix): Parameter[] {
  return partsOf(matrix).map((variable, i) => ({ name: `${name}/${PARTS[i]}`, variable }));
}

const PARTS = ['codes', 'scales', 'minimums'];

/** Ranks of a stack that has been begun: room for more is made by doubling, since each size is a graph to compile. */
const FIRST_RANKS = 8;

/** Keeps what was merged as one low-rank change, its ranks those of all adapters: nothing is rounded away. */
class Stacked extends Packed {
  /** Scale 1: each adapter's is in its B. Ranks that are not taken are zeros. */
  private stack: { readonly a: tf.Variable; readonly b: tf.Variable } | undefined;
  private taken = 0;

  override dense(): tf.Tensor2D {
    const weight = super.dense();
    if (this.stack === undefined) return weight;
    const { a, b } = this.stack;
    return addLowRank(weight, { a: a as tf.Tensor2D, b: b as tf.Tensor2D, scale: 1 });
  }

  merge({ a, b, scale }: LowRankDelta): void {
    const [ranks, width] = a.shape;
    const [rows] = b.shape;
    const before = this.taken;
    this.taken += ranks;
    const room = Math.max(FIRST_RANKS, 2 ** Math.ceil(Math.log2(this.taken)));
    const [allA, allB] = [new Float32Array(room * width), new Float32Array(rows * room)];
    if (this.stack !== undefined) {
      const old = this.stack.a.shape[0] as number;
      allA.set(this.stack.a.dataSync<'float32'>().subarray(0, before * width));
      copyColumns(this.stack.b.dataSync<'float32'>(), old, before, allB, room, 0);
    }
    allA.set(a.dataSync<'float32'>(), before * width);
    const scaled = tf.tidy(() => tf.mul(b, scale).dataSync<'float32'>());
    copyColumns(scaled, ranks, ranks, allB, room, before);
    this.disposeStack();
    this.stack = { a: variableOf(allA, [room, width]), b: variableOf(allB, [rows, room]) };
  }

  override get parts(): readonly Parameter[] {
    if (this.stack === undefined) return super.parts;
    const { a, b } = this.stack;
    return [
      ...super.parts,
      { name: `${this.name}/stack.a`, variable: a },
      { name: `${this.name}/stack.b`, variable: b },
    ];
  }

  override dispose(): void {
    super.dispose();
    this.disposeStack();
  }

  private disposeStack(): void {
    this.stack?.a.dispose();
    this.stack?.b.dispose();
    this.stack = undefined;
  }
}

/** Becomes 32-bit floats at the first merge. */
class Dequantized extends Packed {
  private floats: tf.Variable | undefined;

  override dense(): tf.Tensor2D {
    return this.floats === undefined ? super.dense() : (this.floats as tf.Tensor2D);
  }

  merge(delta: LowRankDelta): void {
    if (this.floats !== undefined) {
      const weight = this.floats;
      tf.tidy(() => weight.assign(addLowRank(weight as tf.Tensor2D, delta)));
      return;
    }
    this.floats = tf.tidy(() => tf.variable(addLowRank(super.dense(), delta), false));
    super.dispose();
  }

  override get parts(): readonly Parameter[] {
    return this.floats === undefined ? super.parts : [{ name: this.name, variable: this.floats }];
  }

  override dispose(): void {
    if (this.floats === undefined) super.dispose();
    else this.floats.dispose();
  }
}

/** Is rounded to its precision again at each merge: an adapter that changes no code is lost. */
class Requantized extends Packed {
  constructor(
    name: string,
    packed: PackedMatrix,
    private readonly precision: PackedPrecision,
  ) {
    super(name, packed);
  }

  merge(delta: LowRankDelta): void {
    const values = tf.tidy(() => addLowRank(this.dense(), delta).dataSync<'float32'>());
    const arrays = nearest(values, this.packed.shape, this.precision);
    if (!isFinitePacked(arrays)) {
      throw new NotFinite(`${this.name}, after a merge, holds values that no half-precision number can hold or scale`);
    }
    this.dispose();
    this.packed = hold(arrays);
  }
}

function variableOf(values: Float32Array, shape: readonly number[]): tf.Variable {
  return tf.tidy(() => tf.variable(adopt(values, shape), false));
}
