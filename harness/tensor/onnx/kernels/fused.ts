// Kernels that tfjs does not have: a pattern that ONNX Runtime computes in one pass over memory. Their gradients and
// their plain tfjs form are in tensor/ops/.
import type * as tf from '@tensorflow/tfjs';
import { kernel } from './define.ts';

export const fusedKernels: readonly tf.KernelConfig[] = [
  /** x [..., width], scale and bias [width] -> y, mean [..., 1], 1/deviation [..., 1] */
  kernel('LayerNorm', ['x', 'scale', 'bias'], ([x, scale, bias], { epsilon }: { epsilon: number }, graph) => {
    const rows = [...x.shape.slice(0, -1), 1];
    return graph.ops(
      'LayerNormalization',
      [x, scale, bias],
      [
        { shape: x.shape, dtype: 'float32' },
        { shape: rows, dtype: 'float32' },
        { shape: rows, dtype: 'float32' },
      ],
      { axis: -1, epsilon: { float: epsilon } },
    );
  }),
  kernel('Gelu', ['x'], ([x], _, graph) => graph.op('com.microsoft:Gelu', [x], { shape: x.shape, dtype: 'float32' })),
];
