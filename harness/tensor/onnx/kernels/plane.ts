// Windows that move over a plane, as convolutions and pools have them. ONNX has the channels second; tfjs has them last,
// or second.
import type * as tf from '@tensorflow/tfjs';
import type { Attributes, Recorder, View } from '../graph.ts';
import { transpose } from './compose.ts';

export type Info = tf.backend_util.Conv2DInfo;
export type Shape4 = [number, number, number, number];

export const channelsSecond = (graph: Recorder, x: View, { dataFormat }: Info) =>
  dataFormat === 'channelsLast' ? transpose(graph, x, [0, 3, 1, 2]) : x;
export const asGiven = (graph: Recorder, x: View, { dataFormat }: Info) =>
  dataFormat === 'channelsLast' ? transpose(graph, x, [0, 2, 3, 1]) : x;

/** Rows and columns behind the input that a window of `reach` at the last of `count` positions covers; may be negative. */
const behind = (count: number, stride: number, reach: number, length: number, before: number): number =>
  (count - 1) * stride + reach - length - before;

/** Padding behind the input, by rows and by columns. */
export function paddingBehind(info: Info): [number, number] {
  const { outHeight, outWidth, strideHeight, strideWidth, inHeight, inWidth, padInfo } = info;
  return [
    behind(outHeight, strideHeight, info.effectiveFilterHeight, inHeight, padInfo.top),
    behind(outWidth, strideWidth, info.effectiveFilterWidth, inWidth, padInfo.left),
  ];
}

export const padsOf = ({ padInfo: { top, left } }: Info, after: readonly number[]) => [
  top,
  left,
  ...after.map((length) => Math.max(length, 0)),
];

/** The attributes of a window that moves over the plane. */
export const windowOf = (info: Info): Attributes => ({
  kernel_shape: [info.filterHeight, info.filterWidth],
  strides: [info.strideHeight, info.strideWidth],
  pads: padsOf(info, paddingBehind(info)),
});

export const outputOf = ({ batchSize, outChannels, outHeight, outWidth }: Info) =>
  ({ shape: [batchSize, outChannels, outHeight, outWidth], dtype: 'float32' }) as const;
