// Pools over a plane: the greatest value or the mean of what a window covers.
import * as tf from '@tensorflow/tfjs';
import { convert, typeOf } from './compose.ts';
import { kernel } from './define.ts';
import { asGiven, channelsSecond, type Info, outputOf, type Shape4, windowOf } from './plane.ts';

/** tfjs takes a window of one element for no pool at all, whatever its borders. */
const isIdentity = ({ filterHeight, filterWidth, inShape, outShape }: Info): boolean =>
  filterHeight === 1 && filterWidth === 1 && tf.util.arraysEqual(inShape, outShape);

/** @throws Error from ONNX Runtime where a border is as long as the window: some window would hold nothing */
const pool = (name: string, operator: string) =>
  kernel(name, ['x'], ([x], { filterSize, strides, pad, dimRoundingMode }: tf.MaxPoolAttrs, graph) => {
    const shape = [...x.shape] as Shape4;
    const info = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    if (isIdentity(info)) return x;
    const input = channelsSecond(graph, convert(graph, x, 'float32'), info);
    const pooled = graph.op(operator, [input], outputOf(info), windowOf(info));
    return convert(graph, asGiven(graph, pooled, info), typeOf(x));
  });

export const poolKernels: readonly tf.KernelConfig[] = [pool(tf.MaxPool, 'MaxPool'), pool(tf.AvgPool, 'AveragePool')];
