// Normalisation kernels of tfjs; layer normalisation, which it does not have, is in fused.ts.
import * as tf from '@tensorflow/tfjs';
import { scalar } from '../graph.ts';
import { combine, map, transpose } from './compose.ts';
import { kernel } from './define.ts';

export const normalisationKernels: readonly tf.KernelConfig[] = [
  kernel(
    tf.FusedBatchNorm,
    ['x', 'mean', 'variance', 'scale?', 'offset?'],
    ([x, mean, variance, scale, offset], { varianceEpsilon }: tf.FusedBatchNormAttrs, graph) => {
      const deviation = map(
        graph,
        'Sqrt',
        combine(graph, 'Add', variance, scalar(varianceEpsilon ?? 0.001, 'float32')),
      );
      const centred = combine(graph, 'Sub', x, mean);
      const scaled = scale === undefined ? centred : combine(graph, 'Mul', centred, scale);
      const normalised = combine(graph, 'Div', scaled, deviation);
      return offset === undefined ? normalised : combine(graph, 'Add', normalised, offset);
    },
  ),
  kernel(tf.LRN, ['x'], ([x], { depthRadius, bias, alpha, beta }: tf.LRNAttrs, graph) => {
    // ONNX divides alpha by the size of the window, and has the channels second.
    const size = 2 * depthRadius + 1;
    const attributes = {
      size,
      alpha: { float: alpha * size },
      beta: { float: beta },
      bias: { float: bias },
    };
    const normalised = map(graph, 'LRN', transpose(graph, x, [0, 3, 1, 2]), 'float32', attributes);
    return transpose(graph, normalised, [0, 2, 3, 1]);
  }),
];
