// Kernels that look elements up by index.
import * as tf from '@tensorflow/tfjs';
import { type Recorder, scalar, type View } from '../graph.ts';
import { combine, convert, fill, infoOf, seen, sizeOf, transpose, where } from './compose.ts';
import { kernel } from './define.ts';
import { inRange, Rows } from './rows.ts';

interface GatherAttributes {
  readonly axis: number;
  readonly batchDims?: number;
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
