// Rows of a tensor by lists of indices, as gathers and scatters take them.
import type { Buffer } from '../element.ts';
import { int64, type Recorder, type View } from '../graph.ts';
import { cast, combine, seen, sizeOf } from './compose.ts';

/** Whether indices are known, and all of them of something that there is. */
export const inRange = (indices: Buffer | undefined, count: number): boolean =>
  indices?.every((index: number) => index >= 0 && index < count) ?? false;

/**
 * Rows that a list of index tuples addresses in a tensor, the tuples being the rows of `indices`.
 * ONNX Runtime counts negative indices from the end and tfjs has none: those that are known are looked at here.
 */
export class Rows {
  readonly count: number;
  readonly width: number;
  private readonly depth: number;

  constructor(
    private readonly graph: Recorder,
    private readonly indices: View,
    private readonly shape: readonly number[],
    private readonly strides: readonly number[],
  ) {
    this.depth = indices.shape.length > 1 ? (indices.shape.at(-1) as number) : 1;
    this.count = this.depth === 0 ? 1 : sizeOf(indices.shape) / this.depth;
    this.width = sizeOf(shape.slice(this.depth));
    this.check();
  }

  /** How many rows the tensor has. */
  get total(): number {
    return sizeOf(this.shape.slice(0, this.depth));
  }

  /** The number of each addressed row: int64 [count, 1]. */
  numbers(): View {
    const { graph } = this;
    const tuples = seen(cast(graph, this.indices, 'int64'), [this.count, this.depth]);
    if (this.depth === 1) return seen(tuples, [this.count, 1]);
    const steps = { dtype: 'int64', shape: [this.depth], data: this.strides.slice(0, this.depth) } as const;
    const parts = combine(graph, 'Mul', tuples, steps);
    return graph.op('ReduceSum', [parts, int64(1)], { shape: [this.count, 1], dtype: 'int64' }, { keepdims: 1 });
  }

  private check(): void {
    const buffer = this.graph.known(this.indices);
    if (buffer === undefined) return;
    for (let row = 0; row < this.count; row++) {
      const tuple = Array.from(buffer.subarray(row * this.depth, (row + 1) * this.depth));
      const number = tuple.reduce((sum, index, i) => sum + index * (this.strides[i] as number), 0);
      if (number < 0 || number >= this.total) {
        throw new Error(`Invalid indices: ${tuple} does not index into ${this.shape}`);
      }
    }
  }
}
