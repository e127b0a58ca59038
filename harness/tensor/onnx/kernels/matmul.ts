// Matrix products. ONNX Runtime's FusedMatMul takes either operand transposed.
import * as tf from '@tensorflow/tfjs';
import type { Recorder, View } from '../graph.ts';
import { activate } from './activation.ts';
import { combine, transpose, typeOf } from './compose.ts';
import { kernel } from './define.ts';

export const matmulKernels: readonly tf.KernelConfig[] = [
  kernel(tf.BatchMatMul, ['a', 'b'], ([a, b], { transposeA, transposeB }: tf.BatchMatMulAttrs, graph) =>
    product(graph, a, b, transposeA, transposeB, 1),
  ),
  kernel(
    tf._FusedMatMul,
    ['a', 'b', 'bias?', 'preluActivationWeights?'],
    ([a, b, bias, weights], attributes: tf._FusedMatMulAttrs, graph) => {
      const { transposeA, transposeB, activation, leakyreluAlpha } = attributes;
      const plain = product(graph, a, b, transposeA, transposeB, 1);
      const sum = bias === undefined ? plain : combine(graph, 'Add', plain, bias);
      return activate(graph, sum, activation ?? 'linear', weights, leakyreluAlpha);
    },
  ),
];

/**
 * From this width on the first operand is transposed before the product: FusedMatMul transposes its parts again for every
 * panel of the second, which costs a twelfth of the time of a weight's gradient.
 */
const WIDE = 128;

/**
 * scale * a b over the last two axes, either transposed first; the others are broadcast. Integers are not scaled.
 * @throws Error where the inner lengths differ, as tfjs's own kernel
 */
export function product(
  graph: Recorder,
  a: View,
  b: View,
  transposeA: boolean,
  transposeB: boolean,
  scale: number,
): View {
  const inner = [a.shape.at(transposeA ? -2 : -1), b.shape.at(transposeB ? -1 : -2)];
  if (inner[0] !== inner[1]) {
    throw new Error(`matMul: inner lengths ${inner.join(' and ')} of shapes [${a.shape}] and [${b.shape}] differ`);
  }
  const rows = a.shape.at(transposeA ? -1 : -2) as number;
  const columns = b.shape.at(transposeB ? -2 : -1) as number;
  const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
  const output = { shape: [...batch, rows, columns], dtype: typeOf(a) } as const;
  if (output.dtype !== 'float32') {
    // FusedMatMul is for floats only.
    const inputs = [transposeA ? swapLast(graph, a) : a, transposeB ? swapLast(graph, b) : b];
    return graph.op('MatMul', inputs, output);
  }
  if (columns === 1 && !transposeB) {
    // A column is a row of the same memory. Taken as a column, ONNX Runtime adds it up in an order that depends on the
    // number of threads.
    const row: View = { value: b.value, shape: [...b.shape.slice(0, -2), 1, b.shape.at(-2) as number] };
    return product(graph, a, row, transposeA, true, scale);
  }
  if (transposeA && !transposeB && a.shape.length === 2 && Math.min(...a.shape, columns) >= WIDE) {
    return product(graph, swapLast(graph, a), b, false, false, scale);
  }
  if (!transposeA && !transposeB && scale === 1) return graph.op('MatMul', [a, b], output);
  const attributes = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0, alpha: { float: scale } };
  return graph.op('com.microsoft:FusedMatMul', [a, b], output, attributes);
}

function swapLast(graph: Recorder, x: View): View {
  const rank = x.shape.length;
  const axes = x.shape.map((_, i) => i);
  return transpose(graph, x, axes.with(rank - 2, rank - 1).with(rank - 1, rank - 2));
}
