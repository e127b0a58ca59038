// Kernels that tfjs does not have: a pattern that ONNX Runtime computes in one pass over memory. Their gradients and
// their plain tfjs form are in tensor/ops/.
import type * as tf from '@tensorflow/tfjs';
import { type Recorder, scalar, type View } from '../graph.ts';
import { inChunks } from '../subgraph.ts';
import { kernel } from './define.ts';
import { product } from './matmul.ts';

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
  kernel('GeluGradient', ['dy', 'x'], ([dy, x], _, graph) => inChunks(graph, [dy, x], geluGradient)),
  /** x [rows, in], weight [out, in], bias [out] -> [rows, out] */
  kernel('Linear', ['x', 'weight', 'bias'], ([x, weight, bias], _, graph) => {
    const shape = [x.shape[0] as number, weight.shape[0] as number];
    return graph.op('Gemm', [x, weight, bias], { shape, dtype: 'float32' }, { transB: 1 });
  }),
  /** weight [out, in], a [r, in], b [out, r] -> weight + scale * b a */
  kernel('AddLowRank', ['weight', 'a', 'b'], ([weight, a, b], { scale }: { scale: number }, graph) =>
    graph.op('Gemm', [b, a, weight], { shape: weight.shape, dtype: 'float32' }, { alpha: { float: scale } }),
  ),
  kernel('MatMulScaled', ['a', 'b'], ([a, b], { transposeA, transposeB, scale }: MatMulScaled, graph) =>
    product(graph, a, b, transposeA, transposeB, scale),
  ),
];

interface MatMulScaled {
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly scale: number;
}

/** dy * (Phi(x) + x phi(x)). */
function geluGradient(graph: Recorder, [dy, x]: readonly View[]): View {
  const [gradient, at] = [dy as View, x as View];
  const op = (type: string, ...inputs: Parameters<Recorder['op']>[1]) =>
    graph.op(type, inputs, { shape: at.shape, dtype: 'float32' });
  const number = (value: number) => scalar(value, 'float32');
  // Phi(x) = gelu(x) / x: ONNX Runtime has a fast kernel for GELU and none for the error function. What is added keeps
  // zero from dividing zero and changes nothing else.
  const shifted = op('Add', at, number(1e-30));
  const distribution = op('Div', op('com.microsoft:Gelu', shifted), shifted);
  const exponential = op('Exp', op('Mul', op('Mul', at, at), number(-0.5)));
  const density = op('Mul', op('Mul', exponential, at), number(1 / Math.sqrt(2 * Math.PI)));
  return op('Mul', op('Add', distribution, density), gradient);
}
