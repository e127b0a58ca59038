// A model's parameters: variables with Hugging Face's names, in a fixed order.
import type { Parameter } from '../contracts/model.ts';
import { addLowRank, adopt, type LowRankDelta, tf } from '../tensor/index.ts';

export type ParameterShape = [name: string, shape: number[]];

/** Reads a base parameter by its Hugging Face name, checking that it has `shape`. */
export type ReadParameter = (name: string, shape: readonly number[]) => Float32Array;

export class NamedParameters {
  readonly all: readonly Parameter[];
  private readonly byName: ReadonlyMap<string, tf.Variable>;

  constructor(shapes: readonly ParameterShape[], read: ReadParameter) {
    this.all = shapes.map(([name, shape]) => {
      const tensor = adopt(read(name, shape), shape);
      const variable = tf.variable(tensor);
      tensor.dispose();
      return { name, variable };
    });
    this.byName = new Map(this.all.map(({ name, variable }) => [name, variable]));
  }

  get(name: string): tf.Variable {
    const variable = this.byName.get(name);
    if (variable === undefined) throw new Error(`the model has no parameter ${name}`);
    return variable;
  }

  /** Adds scale * B A to a linear map's weight. */
  merge(name: string, delta: LowRankDelta): void {
    const weight = this.get(name);
    tf.tidy(() => weight.assign(addLowRank(weight as tf.Tensor2D, delta)));
  }

  dispose(): void {
    for (const { variable } of this.all) variable.dispose();
  }
}
