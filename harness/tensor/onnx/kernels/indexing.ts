// Kernels that look elements up by index, and write or add them by index (the gradient of a look-up).
import * as tf from '@tensorflow/tfjs';
import { type Buffer, int64, type Recorder, scalar, type View } from '../graph.ts';
import {
  cast,
  combine,
  convert,
  expand,
  fill,
  infoOf,
  numeric,
  seen,
  sizeOf,
  transpose,
  typeOf,
  where,
} from './compose.ts';
import { kernel } from './define.ts';

interface GatherAttributes {
  readonly axis: number;
  readonly batchDims?: number;
}

/**
 * Rows that a list of index tuples addresses in a tensor, the tuples being the rows of `indices`.
 * ONNX Runtime counts negative indices from the end and tfjs has none: those that are known are looked at here.
 */
class Rows {
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

/**
 * A copy of `table` [total, width] with `updates` [count, width] written or added at `numbers` [count, 1].
 * ScatterElements works in order; ScatterND from several threads, and its sums change from run to run.
 */
function scatter(graph: Recorder, table: View, numbers: View, updates: View, reduction: 'add' | 'none'): View {
  if (sizeOf(updates.shape) === 0) return table;
  const everywhere = expand(graph, numbers, updates.shape);
  const output = { shape: table.shape, dtype: table.value.dtype };
  return graph.op('ScatterElements', [table, everywhere, updates], output, { axis: 0, reduction });
}

/** Whether indices are known, and all of them of something that there is. */
const inRange = (indices: Buffer | undefined, count: number): boolean =>
  indices?.every((index: number) => index >= 0 && index < count) ?? false;

/** tfjs leaves out what belongs to no segment: it is added to the first one as zeros. */
function onlyInRange(graph: Recorder, x: View, ids: View, count: number): [x: View, ids: View] {
  const early = combine(graph, 'Less', ids, scalar(0, 'int32'), 'bool');
  const late = combine(graph, 'GreaterOrEqual', ids, scalar(count, 'int32'), 'bool');
  const outside = combine(graph, 'Or', early, late);
  return [
    where(graph, seen(outside, [sizeOf(ids.shape), 1]), scalar(0, x.value.dtype), x),
    where(graph, outside, scalar(0, 'int32'), ids),
  ];
}

function gather(graph: Recorder, x: View, indices: View, axis: number): View {
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return graph.op('Gather', [x, indices], { shape, dtype: x.value.dtype }, { axis });
}

type GatherShapes = ReturnType<typeof tf.backend_util.segment_util.collectGatherOpShapeInfo>;

/** Each batch has indices of its own: those of batch b are moved by b times the length of the axis. */
function gatherInBatches(graph: Recorder, x: View, indices: View, shapes: GatherShapes): View {
  const { batchSize, outerSize, dimSize, sliceSize, outputShape } = shapes;
  const each = sizeOf(indices.shape) / batchSize;
  const swapped = transpose(graph, seen(x, [batchSize, outerSize, dimSize, sliceSize]), [0, 2, 1, 3]);
  const starts = Array.from({ length: batchSize }, (_, batch) => batch * dimSize);
  const moved = combine(graph, 'Add', seen(indices, [batchSize, each]), {
    dtype: 'int32',
    shape: [batchSize, 1],
    data: starts,
  });
  const rows = gather(graph, seen(swapped, [batchSize * dimSize, outerSize, sliceSize]), moved, 0);
  return seen(transpose(graph, rows, [0, 2, 1, 3]), outputShape);
}

export const indexingKernels: readonly tf.KernelConfig[] = [
  kernel(tf.GatherV2, ['x', 'indices'], ([x, indices], { axis, batchDims = 0 }: GatherAttributes, graph) => {
    const along = tf.util.parseAxisParam(axis, [...x.shape])[0] as number;
    const shapes = tf.backend_util.segment_util.collectGatherOpShapeInfo(infoOf(x), infoOf(indices), along, batchDims);
    const known = graph.known(indices);
    if (known !== undefined && !inRange(known, shapes.dimSize)) {
      const outside = known.find((index) => index < 0 || index >= shapes.dimSize);
      throw new Error(`GatherV2: the index value ${outside} is not in [0, ${shapes.dimSize - 1}]`);
    }
    return batchDims === 0 ? gather(graph, x, indices, along) : gatherInBatches(graph, x, indices, shapes);
  }),
  kernel(tf.GatherNd, ['params', 'indices'], ([params, indices], _, graph) => {
    const [shape, count, , strides] = tf.backend_util.prepareAndValidate(infoOf(params), infoOf(indices)) as [
      number[],
      number,
      number,
      number[],
    ];
    if (count === 0) return fill(graph, 0, params.value.dtype, shape);
    const depth = indices.shape.at(-1) as number;
    const rows = new Rows(graph, seen(indices, [count, depth]), params.shape, strides);
    const table = seen(params, [rows.total, rows.width]);
    return seen(gather(graph, table, seen(rows.numbers(), [count]), 0), shape);
  }),
  kernel(tf.ScatterNd, ['indices', 'updates'], ([indices, updates], { shape }: tf.ScatterNdAttrs, graph) => {
    if (sizeOf(shape) === 0) return fill(graph, 0, updates.value.dtype, shape);
    const rows = addressed(graph, indices, updates, shape);
    const input = numeric(graph, updates);
    const table = fill(graph, 0, input.value.dtype, [rows.total, rows.width]);
    const sum = scatter(graph, table, rows.numbers(), seen(input, [rows.count, rows.width]), 'add');
    return convert(graph, seen(sum, shape), typeOf(updates));
  }),
  kernel(tf.TensorScatterUpdate, ['tensor', 'indices', 'updates'], ([tensor, indices, updates], _, graph) => {
    const rows = addressed(graph, indices, updates, tensor.shape);
    const table = seen(tensor, [rows.total, rows.width]);
    const written = scatter(graph, table, rows.numbers(), seen(updates, [rows.count, rows.width]), 'none');
    return seen(written, tensor.shape);
  }),
  kernel(
    tf.SparseToDense,
    ['sparseIndices', 'sparseValues', 'defaultValue'],
    ([indices, values, otherwise], { outputShape }: tf.SparseToDenseAttrs, graph) => {
      const rows = addressed(graph, indices, values, outputShape);
      const table = expand(graph, seen(otherwise, []), [rows.total, rows.width]);
      const [count, width] = [rows.count, rows.width];
      const updates = sizeOf(values.shape) === count * width ? seen(values, [count, width]) : seen(values, []);
      const all = updates.shape.length === 0 ? expand(graph, updates, [count, width]) : updates;
      return seen(scatter(graph, table, rows.numbers(), all, 'none'), outputShape);
    },
  ),
  kernel(tf.UnsortedSegmentSum, ['x', 'segmentIds'], ([x, ids], { numSegments }: tf.UnsortedSegmentSumAttrs, graph) => {
    const dtype = x.value.dtype;
    const rows = sizeOf(ids.shape);
    const width = sizeOf(x.shape.slice(ids.shape.length));
    const flat = seen(x, [rows, width]);
    const [values, segments] = inRange(graph.known(ids), numSegments)
      ? [flat, ids]
      : onlyInRange(graph, flat, ids, numSegments);
    const zeros = fill(graph, 0, dtype, [numSegments, width]);
    const index = cast(graph, seen(segments, [rows, 1]), 'int64');
    const sum = scatter(graph, zeros, index, values, 'add');
    return seen(sum, [numSegments, ...x.shape.slice(ids.shape.length)]);
  }),
  kernel(tf.OneHot, ['indices'], ([indices], { depth, onValue, offValue, dtype }: tf.OneHotAttrs, graph) => {
    // ONNX Runtime has this operator for float values only, and counts negative indices from the end.
    const values = { dtype: 'float32', shape: [2], data: [offValue, onValue] } as const;
    const flat = seen(indices, [sizeOf(indices.shape)]);
    const type = dtype as 'float32' | 'int32' | 'bool';
    if (sizeOf(flat.shape) * depth === 0) return fill(graph, 0, type, [...indices.shape, depth]);
    const negative = combine(graph, 'Less', flat, scalar(0, 'int32'), 'bool');
    const known = where(graph, negative, scalar(depth, 'int32'), flat);
    const output = { shape: [...flat.shape, depth], dtype: 'float32' } as const;
    const table = graph.op('OneHot', [known, scalar(depth, 'int32'), values], output, { axis: -1 });
    return seen(convert(graph, table, type), [...indices.shape, depth]);
  }),
];

/** The rows of a tensor of `shape` that `updates` go to. @throws Error where the shapes do not fit, as tfjs's own */
function addressed(graph: Recorder, indices: View, updates: View, shape: readonly number[]): Rows {
  const { strides } = tf.backend_util.calculateShapes(infoOf(updates), infoOf(indices), [...shape]);
  return new Rows(graph, indices, shape, strides);
}
