// The kernels that run on the host, through tfjs's own cpu backend: the one list of what ONNX Runtime does not compute.
import * as tf from '@tensorflow/tfjs';
import type { OnnxBackend } from './backend.ts';
import { BACKEND_NAME } from './kernels/define.ts';

export interface HostKernels {
  readonly why: string;
  readonly names: readonly string[];
}

export const HOST_KERNELS: readonly HostKernels[] = [
  {
    why: 'no ONNX operator computes what tfjs does',
    names: [
      ...[tf.Atan2, tf.Bincount, tf.DenseBincount, tf.Cumprod, tf.Multinomial, tf.SearchSorted, tf.Unique],
      ...[tf.NonMaxSuppressionV3, tf.NonMaxSuppressionV4, tf.NonMaxSuppressionV5],
    ],
  },
  { why: 'made of attributes or of shapes, not of tensors', names: [tf.BroadcastArgs, tf.LinSpace, tf.Range] },
  {
    why: 'convolutions and pools beyond those of a plane, and gradients that ONNX Runtime does not have',
    names: [
      ...[tf.AvgPoolGrad, tf.AvgPool3D, tf.AvgPool3DGrad],
      ...[tf.MaxPoolGrad, tf.MaxPool3D, tf.MaxPool3DGrad, tf.MaxPoolWithArgmax],
      ...[tf.Conv3D, tf.Conv3DBackpropFilterV2, tf.Conv3DBackpropInputV2],
      ...[tf.DepthwiseConv2dNativeBackpropFilter, tf.DepthwiseConv2dNativeBackpropInput],
      ...[tf.Dilation2D, tf.Dilation2DBackpropFilter, tf.Dilation2DBackpropInput, tf.LRNGrad],
    ],
  },
  {
    why: 'images',
    names: [
      ...[tf.CropAndResize, tf.Draw, tf.FlipLeftRight, tf.RotateWithOffset, tf.Transform],
      ...[tf.ResizeBilinear, tf.ResizeBilinearGrad, tf.ResizeNearestNeighbor, tf.ResizeNearestNeighborGrad],
    ],
  },
  {
    why: 'shapes that depend on values: ragged and sparse tensors',
    names: [
      ...[tf.RaggedGather, tf.RaggedRange, tf.RaggedTensorToTensor],
      ...[tf.SparseFillEmptyRows, tf.SparseReshape, tf.SparseSegmentMean, tf.SparseSegmentSum],
    ],
  },
  { why: 'strings', names: [tf.StaticRegexReplace, tf.StringNGrams, tf.StringSplit, tf.StringToHashBucketFast] },
  { why: 'complex numbers', names: [tf.Complex, tf.ComplexAbs, tf.FFT, tf.IFFT, tf.Imag, tf.Real] },
];

export const hostKernels: readonly tf.KernelConfig[] = HOST_KERNELS.flatMap(({ names }) => names.map(onHost));

function onHost(kernelName: string): tf.KernelConfig {
  return {
    kernelName,
    backendName: BACKEND_NAME,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const onnx = backend as OnnxBackend;
      return onnx.host.run(kernelName, inputs, attrs ?? {}, onnx);
    },
  };
}
