// Kernels that look up rows, and add rows up by index (the gradient of a look-up).
import * as tf from '@tensorflow/tfjs';
import { int64, type Recorder, scalar, type View } from '../graph.ts';
import { kernel } from './define.ts';

interface GatherAttributes {
  readonly axis: number;
  readonly batchDims: number;
}

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
    const shape = [numSegments, ...x.shape.slice(ids.shape.length)];
    const dtype = x.value.dtype;
    const zeros = graph.op('Expand', [scalar(0, dtype), int64(...shape)], { shape, dtype });
    const rows = cast64(graph, { value: ids.value, shape: [...ids.shape, 1] });
    return graph.op('ScatterND', [zeros, rows, x], { shape, dtype }, { reduction: 'add' });
  }),
  kernel(
    tf.OneHot,
    ['indices'],
    ([indices], { depth, onValue, offValue, dtype }: tf.OneHotAttrs & { dtype?: string }, graph) => {
      const type = dtype === 'int32' ? 'int32' : dtype === 'bool' ? 'bool' : 'float32';
      const values = { dtype: type, shape: [2], data: [offValue, onValue] } as const;
      return graph.op(
        'OneHot',
        [indices, scalar(depth, 'int64'), values],
        { shape: [...indices.shape, depth], dtype: type },
        { axis: -1 },
      );
    },
  ),
];
