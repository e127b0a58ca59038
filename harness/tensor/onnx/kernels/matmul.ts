// Matrix products. ONNX Runtime's FusedMatMul takes either operand transposed at the same speed.
import * as tf from '@tensorflow/tfjs';
import type { Recorder, View } from '../graph.ts';
import { kernel } from './define.ts';

export const matmulKernels: readonly tf.KernelConfig[] = [
  kernel(tf.BatchMatMul, ['a', 'b'], ([a, b], { transposeA, transposeB }: tf.BatchMatMulAttrs, graph) =>
    product(graph, a, b, transposeA, transposeB, 1),
  ),
];

/** scale * a b over the last two axes, either transposed first; the others are broadcast. */
export function product(
  graph: Recorder,
  a: View,
  b: View,
  transposeA: boolean,
  transposeB: boolean,
  scale: number,
): View {
  const rows = a.shape.at(transposeA ? -1 : -2) as number;
  const columns = b.shape.at(transposeB ? -2 : -1) as number;
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const output = { shape: [...batch, rows, columns], dtype: 'float32' } as const;
  if (!transposeA && !transposeB && scale === 1) return graph.op('MatMul', [a, b], output);
  const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: { float: scale } };
  return graph.op('com.microsoft:FusedMatMul', [a, b], output, attributes);
}
