// Kernels that reduce along axes, and softmax.
import * as tf from '@tensorflow/tfjs';
import { type DType, int64, type View } from '../graph.ts';
import { kernel, variadicKernel } from './define.ts';

/** tfjs calls the axes of a maximum otherwise. */
interface ReduceAttributes {
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
  readonly keepDims: boolean;
}

function reducedShape(x: View, axes: readonly number[], keepDims: boolean): number[] {
  return x.shape.flatMap((length, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [length]));
}

/** `result` is the type of the output where it is not the input's. */
const reduction = (name: string, operator: string, result?: (dtype: DType) => DType) =>
  kernel(name, ['x'], ([x], { axis, reductionIndices, keepDims }: ReduceAttributes, graph) => {
    const given = axis ?? reductionIndices ?? x.shape.map((_, i) => i);
    const axes = tf.util.parseAxisParam(given, [...x.shape]);
    if (axes.length === 0) return x;
    const dtype = x.value.dtype as DType;
    const output = result?.(dtype) ?? dtype;
    // ONNX reduces no booleans.
    const input = dtype === 'bool' ? graph.op('Cast', [x], { shape: x.shape, dtype: 'int32' }, { to: 6 }) : x;
    const shape = reducedShape(x, axes, keepDims);
    return graph.op(operator, [input, int64(...axes)], { shape, dtype: output }, { keepdims: keepDims ? 1 : 0 });
  });

const argument = (name: string, operator: string) =>
  kernel(name, ['x'], ([x], { axis }: tf.ArgMaxAttrs, graph) => {
    const along = tf.util.parseAxisParam(axis, [...x.shape])[0] as number;
    const shape = reducedShape(x, [along], false);
    const index = graph.op(operator, [x], { shape, dtype: 'int64' }, { axis: along, keepdims: 0 });
    return graph.op('Cast', [index], { shape, dtype: 'int32' }, { to: 6 });
  });

export const reduceKernels: readonly tf.KernelConfig[] = [
  reduction(tf.Sum, 'ReduceSum', (dtype) => (dtype === 'bool' ? 'int32' : dtype)),
  reduction(tf.Mean, 'ReduceMean', () => 'float32'),
  reduction(tf.Max, 'ReduceMax'),
  reduction(tf.Min, 'ReduceMin'),
  reduction(tf.Prod, 'ReduceProd'),
  argument(tf.ArgMax, 'ArgMax'),
  argument(tf.ArgMin, 'ArgMin'),
  variadicKernel(tf.AddN, (inputs, _, graph) => {
    const first = inputs[0] as View;
    return inputs.length === 1 ? first : graph.op('Sum', inputs, { shape: first.shape, dtype: first.value.dtype });
  }),
  kernel(tf.Softmax, ['logits'], ([logits], { dim }: tf.SoftmaxAttrs, graph) =>
    graph.op('Softmax', [logits], { shape: logits.shape, dtype: 'float32' }, { axis: dim }),
  ),
  kernel(tf.LogSoftmax, ['logits'], ([logits], { axis }: tf.LogSoftmaxAttrs, graph) =>
    graph.op('LogSoftmax', [logits], { shape: logits.shape, dtype: 'float32' }, { axis }),
  ),
];
