// Fused kernels that decoders need, as fused.ts has those of encoders. Their gradients and plain tfjs forms are in
// tensor/ops/.
import type * as tf from '@tensorflow/tfjs';
import { int64, type Recorder, scalar, type View } from '../graph.ts';
import { inChunks, inChunksEach, inRowChunks } from '../subgraph.ts';
import { cast, combine, map, seen } from './compose.ts';
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
  /** logits [rows, classes], labels [rows], int32 classes -> log softmax(logits)[label], [rows] */
  kernel('LogSoftmaxAt', ['logits', 'labels'], ([logits, labels], _, graph) => {
    const rows = labels.shape[0] as number;
    const [found] = inRowChunks(graph, [logits, seen(labels, [rows, 1])], logSoftmaxAt);
    return seen(found as View, [rows]);
  }),
  /** weights [rows] -> weights * (softmax(logits) - 1 at the label), [rows, classes] */
  kernel('LogSoftmaxAtGradient', ['logits', 'labels', 'weights'], ([logits, labels, weights], _, graph) => {
    const column = [labels.shape[0] as number, 1];
    return inRowChunks(graph, [logits, seen(labels, column), seen(weights, column)], logSoftmaxAtGradient);
  }),
];

function logSoftmaxAt(graph: Recorder, inputs: readonly View[]): View[] {
  const [logits, labels] = inputs as [View, View];
  const logarithms = map(graph, 'LogSoftmax', logits, 'float32', { axis: -1 });
  const output = { shape: labels.shape, dtype: 'float32' } as const;
  return [graph.op('GatherElements', [logarithms, cast(graph, labels, 'int64')], output, { axis: 1 })];
}

function logSoftmaxAtGradient(graph: Recorder, inputs: readonly View[]): View[] {
  const [logits, labels, weights] = inputs as [View, View, View];
  const weighted = combine(graph, 'Mul', map(graph, 'Softmax', logits, 'float32', { axis: -1 }), weights);
  const updates = map(graph, 'Neg', weights);
  const output = { shape: logits.shape, dtype: 'float32' } as const;
  const attributes = { axis: 1, reduction: 'add' };
  return [graph.op('ScatterElements', [weighted, cast(graph, labels, 'int64'), updates], output, attributes)];
}

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
