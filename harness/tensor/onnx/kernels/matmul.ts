// Matrix products. ONNX Runtime's FusedMatMul takes either operand transposed at the same speed.
import * as tf from '@tensorflow/tfjs';
import { kernel } from './define.ts';

export const matmulKernels: readonly tf.KernelConfig[] = [
  kernel(tf.BatchMatMul, ['a', 'b'], ([a, b], { transposeA, transposeB }: tf.BatchMatMulAttrs, graph) => {
    const rows = a.shape.at(transposeA ? -1 : -2) as number;
    const columns = b.shape.at(transposeB ? -2 : -1) as number;
    const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const output = { shape: [...batch, rows, columns], dtype: 'float32' } as const;
    if (!transposeA && !transposeB) return graph.op('MatMul', [a, b], output);
    const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: { float: 1 } };
    return graph.op('com.microsoft:FusedMatMul', [a, b], output, attributes);
  }),
];
