// Kernels that look up rows, and add rows up by index (the gradient of a look-up).
import * as tf from '@tensorflow/tfjs';
import { int64, type Recorder, scalar, type View } from '../graph.ts';
import { kernel } from './define.ts';

interface GatherAttributes {
  readonly axis: number;
  readonly batchDims: number;
}

const size = (shape: readonly number[]) => tf.util.sizeFromShape([...shape]);

function cast64(graph: Recorder, x: View): View {
  return graph.op('Cast', [x], { shape: x.shape, dtype: 'int64' }, { to: 7 });
}

export const indexingKernels: readonly tf.KernelConfig[] = [
  kernel(tf.GatherV2, ['x', 'indices'], ([x, indices], { axis, batchDims }: GatherAttributes, graph) => {
    if (batchDims !== 0) throw new Error('the onnx backend gathers without batch dimensions only');
    const along = tf.util.parseAxisParam(axis, [...x.shape])[0] as number;
    const shape = [...x.shape.slice(0, along), ...indices.shape, ...x.shape.slice(along + 1)];
    return graph.op('Gather', [x, indices], { shape, dtype: x.value.dtype }, { axis: along });
  }),
  kernel(tf.UnsortedSegmentSum, ['x', 'segmentIds'], ([x, ids], { numSegments }: tf.UnsortedSegmentSumAttrs, graph) => {
    // ScatterElements adds in order; ScatterND adds rows from several threads, and its sums change from run to run.
    const dtype = x.value.dtype;
    const rows = size(ids.shape);
    const width = size(x.shape) / rows;
    const zeros = graph.op('Expand', [scalar(0, dtype), int64(numSegments, width)], {
      shape: [numSegments, width],
      dtype,
    });
    const index = cast64(graph, { value: ids.value, shape: [rows, 1] });
    const everywhere = graph.op('Expand', [index, int64(rows, width)], { shape: [rows, width], dtype: 'int64' });
    const inputs = [zeros, everywhere, { value: x.value, shape: [rows, width] }];
    const sum = graph.op(
      'ScatterElements',
      inputs,
      { shape: [numSegments, width], dtype },
      { axis: 0, reduction: 'add' },
    );
    return { value: sum.value, shape: [numSegments, ...x.shape.slice(ids.shape.length)] };
  }),
  kernel(tf.OneHot, ['indices'], ([indices], { depth, onValue, offValue, dtype }: tf.OneHotAttrs, graph) => {
    // ONNX Runtime has this operator for float values only.
    const values = { dtype: 'float32', shape: [2], data: [offValue, onValue] } as const;
    const shape = [...indices.shape, depth];
    const inputs = [indices, scalar(depth, 'int32'), values];
    const table = graph.op('OneHot', inputs, { shape, dtype: 'float32' }, { axis: -1 });
    if (dtype === 'float32') return table;
    const to = dtype === 'bool' ? 'bool' : 'int32';
    return graph.op('Cast', [table], { shape, dtype: to }, { to: to === 'bool' ? 9 : 6 });
  }),
];
