// Convolutions over a plane, and their gradients. ONNX has filters as [out, in, height, width], tfjs as [height, width,
// in, out].
import * as tf from '@tensorflow/tfjs';
import type { Recorder, View } from '../graph.ts';
import { activate } from './activation.ts';
import { combine, seen, slice, transpose } from './compose.ts';
import { kernel } from './define.ts';
import { asGiven, channelsSecond, outputOf, paddingBehind, padsOf, type Shape4, windowOf } from './plane.ts';

type ConvolutionAttributes = tf.Conv2DAttrs | tf.DepthwiseConv2dNativeAttrs;

function infoOfConvolution(
  x: readonly number[],
  filter: readonly number[],
  attrs: ConvolutionAttributes,
  depthwise: boolean,
) {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } = attrs;
  const format = depthwise ? undefined : tf.backend_util.convertConv2DDataFormat(dataFormat);
  const [given, window] = [[...x] as Shape4, [...filter] as Shape4];
  return tf.backend_util.computeConv2DInfo(
    given,
    window,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    depthwise,
    format,
  );
}

function convolve(graph: Recorder, x: View, filter: View, attrs: ConvolutionAttributes, depthwise = false): View {
  const info = infoOfConvolution(x.shape, filter.shape, attrs, depthwise);
  const { dilationHeight, dilationWidth, inChannels, outChannels, filterHeight, filterWidth } = info;
  const group = depthwise ? inChannels : 1;
  const filters = seen(transpose(graph, filter, depthwise ? [2, 3, 0, 1] : [3, 2, 0, 1]), [
    outChannels,
    inChannels / group,
    filterHeight,
    filterWidth,
  ]);
  const attributes = { ...windowOf(info), dilations: [dilationHeight, dilationWidth], group };
  const inputs = [channelsSecond(graph, x, info), filters];
  return asGiven(graph, graph.op('Conv', inputs, outputOf(info), attributes), info);
}

const convolution = (name: string, depthwise: boolean) =>
  kernel(name, ['x', 'filter'], ([x, filter], attrs: ConvolutionAttributes, graph) =>
    convolve(graph, x, filter, attrs, depthwise),
  );

/** A value a channel is broadcast over the plane behind it where the channels come second. */
const perChannel = (x: View, dataFormat: string): View =>
  dataFormat === 'NCHW' && x.shape.length === 1 && x.shape[0] !== 1 ? seen(x, [...x.shape, 1, 1]) : x;

const fusedConvolution = (name: string, depthwise: boolean) =>
  kernel(
    name,
    ['x', 'filter', 'bias?', 'preluActivationWeights?'],
    ([x, filter, bias, weights], attrs: tf.FusedConv2DAttrs, graph) => {
      const { activation, dataFormat, leakyreluAlpha } = attrs;
      const product = convolve(graph, x, filter, attrs, depthwise);
      const sum = bias === undefined ? product : combine(graph, 'Add', product, perChannel(bias, dataFormat));
      const slopes = weights === undefined ? undefined : perChannel(weights, dataFormat);
      return activate(graph, sum, activation ?? 'linear', slopes, leakyreluAlpha);
    },
  );

export const convolutionKernels: readonly tf.KernelConfig[] = [
  convolution(tf.Conv2D, false),
  convolution(tf.DepthwiseConv2dNative, true),
  fusedConvolution(tf.FusedConv2D, false),
  fusedConvolution(tf.FusedDepthwiseConv2D, true),
  kernel(tf.Conv2DBackpropInput, ['dy', 'filter'], ([dy, filter], attrs: tf.Conv2DBackpropInputAttrs, graph) => {
    const info = infoOfConvolution(attrs.inputShape, filter.shape, { ...attrs, dilations: 1 }, false);
    const after = paddingBehind(info);
    const given = channelsSecond(graph, dy, info);
    // tfjs takes no notice of what lies beyond the output of the convolution.
    const { shape } = outputOf(info);
    const used = shape.every((length, i) => length === given.shape[i])
      ? given
      : slice(graph, given, [0, 0, 0, 0], shape);
    const inputs = [used, transpose(graph, filter, [3, 2, 0, 1])];
    const output = { shape: [info.batchSize, info.inChannels, info.inHeight, info.inWidth], dtype: 'float32' } as const;
    // Rows that no window reaches are appended: their gradient is 0.
    const attributes = { ...windowOf(info), output_padding: after.map((length) => Math.max(-length, 0)) };
    return asGiven(graph, graph.op('ConvTranspose', inputs, output, attributes), info);
  }),
  kernel(tf.Conv2DBackpropFilter, ['x', 'dy'], ([x, dy], attrs: tf.Conv2DBackpropFilterAttrs, graph) => {
    // A convolution again: the batch takes the place of the channels, and the stride that of the dilation.
    const info = infoOfConvolution(x.shape, attrs.filterShape, { ...attrs, dilations: 1 }, false);
    const { filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels, outHeight, outWidth } = info;
    const after = paddingBehind(info);
    const [rows, columns] = [filterHeight, filterWidth].map((length, i) => length + Math.max(-(after[i] ?? 0), 0));
    const inputs = [x, dy].map((view) => transpose(graph, channelsSecond(graph, view, info), [1, 0, 2, 3]));
    const output = { shape: [inChannels, outChannels, rows as number, columns as number], dtype: 'float32' } as const;
    const sums = graph.op('Conv', inputs, output, {
      kernel_shape: [outHeight, outWidth],
      dilations: [strideHeight, strideWidth],
      pads: padsOf(info, after),
    });
    const all = slice(graph, sums, [0, 0, 0, 0], [inChannels, outChannels, filterHeight, filterWidth]);
    return transpose(graph, all, [2, 3, 0, 1]);
  }),
];
