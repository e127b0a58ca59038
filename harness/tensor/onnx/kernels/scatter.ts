// Kernels that write or add elements by index (the gradient of a look-up).
import * as tf from '@tensorflow/tfjs';
import { type Recorder, scalar, type View } from '../graph.ts';
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
  slice,
  typeOf,
  where,
} from './compose.ts';
import { kernel } from './define.ts';
import { inRange, Rows } from './rows.ts';

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

export const scatterKernels: readonly tf.KernelConfig[] = [
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
    const index = cast(graph, seen(segments, [rows, 1]), 'int64');
    const table = { shape: [numSegments, width], dtype };
    const zeros = graph.zeros(table) ?? zerosAtRun(graph, index, dtype, table.shape);
    const sum = scatter(graph, zeros, index, values, 'add');
    return seen(sum, [numSegments, ...x.shape.slice(ids.shape.length)]);
  }),
];

/**
 * Zeros that depend on `numbers`: constant ones would be computed when the graph is compiled and held beside it, for an
 * embedding's gradient as large as the embedding.
 */
function zerosAtRun(graph: Recorder, numbers: View, dtype: View['value']['dtype'], shape: readonly number[]): View {
  if (sizeOf(numbers.shape) === 0) return fill(graph, 0, dtype, shape);
  const first = slice(graph, seen(numbers, [sizeOf(numbers.shape)]), [0], [1]);
  return expand(graph, cast(graph, combine(graph, 'Sub', first, first), dtype), shape);
}

/** The rows of a tensor of `shape` that `updates` go to. @throws Error where the shapes do not fit, as tfjs's own */
function addressed(graph: Recorder, indices: View, updates: View, shape: readonly number[]): Rows {
  const { strides } = tf.backend_util.calculateShapes(infoOf(updates), infoOf(indices), [...shape]);
  return new Rows(graph, indices, shape, strides);
}
