// Kernels that move blocks of the plane to the batch or to the channels, and back: reshapes around a transpose.
import * as tf from '@tensorflow/tfjs';
import type { View } from '../graph.ts';
import { pad, seen, sizeOf, slice, transpose } from './compose.ts';
import { kernel } from './define.ts';

const { getReshaped, getPermuted, getReshapedPermuted, getSliceBeginCoords, getSliceSize } = tf.backend_util;

export const blockKernels: readonly tf.KernelConfig[] = [
  kernel(tf.BatchToSpaceND, ['x'], ([x], { blockShape, crops }: tf.BatchToSpaceNDAttrs, graph) => {
    const count = sizeOf(blockShape);
    const blocks = seen(x, getReshaped([...x.shape], blockShape, count));
    const swapped = transpose(graph, blocks, getPermuted(blocks.shape.length, blockShape.length));
    const whole = getReshapedPermuted([...x.shape], blockShape, count);
    const rest = whole.slice(1 + blockShape.length);
    const begin = [...getSliceBeginCoords(crops, blockShape.length), ...rest.map(() => 0)];
    const sizes = [...getSliceSize(whole, crops, blockShape.length), ...rest];
    return slice(graph, seen(swapped, whole), begin, sizes);
  }),
  kernel(tf.SpaceToBatchND, ['x'], ([x], { blockShape, paddings }: tf.SpaceToBatchNDAttrs, graph) => {
    const count = sizeOf(blockShape);
    const padded = pad(graph, x, [[0, 0], ...(paddings as [number, number][]), ...inner(x, blockShape.length)], 0);
    const blocks = seen(padded, getReshaped([...padded.shape], blockShape, count, false));
    const swapped = transpose(graph, blocks, getPermuted(blocks.shape.length, blockShape.length, false));
    return seen(swapped, getReshapedPermuted([...padded.shape], blockShape, count, false));
  }),
  kernel(tf.DepthToSpace, ['x'], ([x], { blockSize, dataFormat }: tf.DepthToSpaceAttrs, graph) => {
    if (dataFormat !== 'NHWC') throw new Error(`depthToSpace: the data format is ${dataFormat}, expected NHWC`);
    const [batch, height, width, channels] = x.shape as [number, number, number, number];
    const depth = channels / blockSize ** 2;
    const blocks = seen(x, [batch, height, width, blockSize, blockSize, depth]);
    const swapped = transpose(graph, blocks, [0, 1, 3, 2, 4, 5]);
    return seen(swapped, [batch, height * blockSize, width * blockSize, depth]);
  }),
];

/** No padding of the axes behind the blocks. */
const inner = (x: View, blocks: number) => x.shape.slice(1 + blocks).map((): [number, number] => [0, 0]);
