// Fused kernels that decoders need, as fused.ts has those of encoders. Their gradients and plain tfjs forms are in
// tensor/ops/.
import type * as tf from '@tensorflow/tfjs';
import { int64, type Recorder, scalar, type View } from '../graph.ts';
import { inChunks, inChunksEach } from '../subgraph.ts';
import { combine, map, seen } from './compose.ts';
import { kernel } from './define.ts';

export const fusedDecoderKernels: readonly tf.KernelConfig[] = [
  /** x [rows, width], scale [width] -> y, 1/root mean square [rows, 1] */
  kernel('RmsNorm', ['x', 'scale'], ([x, scale], { epsilon }: { epsilon: number }, graph) =>
    graph.ops(
      'SimplifiedLayerNormalization',
      [x, scale],
      [
        { shape: x.shape, dtype: 'float32' },
        { shape: [...x.shape.slice(0, -1), 1], dtype: 'float32' },
      ],
      { axis: -1, epsilon: { float: epsilon }, stash_type: 1 },
    ),
  ),
  kernel('GeluTanh', ['x'], ([x], _, graph) => map(graph, 'com.microsoft:FastGelu', x)),
  kernel('SiluGate', ['gate', 'up'], ([gate, up], _, graph) => inChunks(graph, [gate, up], siluGate)),
  /** -> the gradients of gate and of up */
  kernel('SiluGateGradient', ['dy', 'gate', 'up'], ([dy, gate, up], _, graph) =>
    inChunksEach(graph, [dy, gate, up], siluGateGradient),
  ),
  /** x [sequences, tokens, heads, width], cos and sin [tokens, width / 2] */
  kernel('Rotary', ['x', 'cos', 'sin'], ([x, cos, sin], _, graph) => {
    const [sequences, tokens, heads, width] = x.shape as [number, number, number, number];
    const rows = seen(x, [sequences, tokens, heads * width]);
    const output = { shape: rows.shape, dtype: 'float32' } as const;
    // Positions count from row 0 of the tables.
    return seen(graph.op('com.microsoft:RotaryEmbedding', [rows, int64(0), cos, sin], output), x.shape);
  }),
];

function siluGate(graph: Recorder, [gate, up]: readonly View[]): View {
  const silu = map(graph, 'com.microsoft:QuickGelu', gate as View, 'float32', { alpha: { float: 1 } });
  return combine(graph, 'Mul', silu, up as View);
}

function siluGateGradient(graph: Recorder, inputs: readonly View[]): View[] {
  const [dy, gate, up] = inputs as [View, View, View];
  const sigmoid = map(graph, 'Sigmoid', gate);
  const silu = combine(graph, 'Mul', gate, sigmoid);
  const rest = combine(graph, 'Mul', silu, combine(graph, 'Sub', scalar(1, 'float32'), sigmoid, 'float32'));
  const slope = combine(graph, 'Add', sigmoid, rest);
  return [combine(graph, 'Mul', combine(graph, 'Mul', dy, up), slope), combine(graph, 'Mul', dy, silu)];
}
