// Packed weights to floats, whole or some rows: what ops/packed.ts holds. Every product is exact in 32 bits (codes of at
// most 8 bits times a scale of 11), so only q4's sum rounds, once.
import type * as tf from '@tensorflow/tfjs';
import { type Recorder, scalar, type View } from '../graph.ts';
import { cast, combine, seen, sizeOf } from './compose.ts';
import { kernel } from './define.ts';

/** Values that share a scale. */
const BLOCK = 32;

export const packedKernels: readonly tf.KernelConfig[] = [
  /** codes float16 [rows, width]; or int8 [rows, width] and scales; or uint8 [rows, width / 2], scales and minimums -> [rows, width] */
  kernel('Dequantize', ['codes', 'scales?', 'minimums?'], ([codes, scales, minimums], _, graph) =>
    dequantize(graph, held(codes), scales && held(scales), minimums && held(minimums)),
  ),
  /** The same of the rows that `ids` [n] names -> [n, width] */
  kernel('DequantizeRows', ['codes', 'scales?', 'minimums?', 'ids'], ([codes, scales, minimums, ids], _, graph) => {
    const chosen = (part: View): View => {
      const [, width] = held(part).shape as [number, number];
      const output = { shape: [sizeOf(ids.shape), width], dtype: part.value.dtype };
      return graph.op('Gather', [held(part), ids], output, { axis: 0 });
    };
    return dequantize(graph, chosen(codes), scales && chosen(scales), minimums && chosen(minimums));
  }),
];

/** A part as it is, where tfjs sees bytes. */
export const held = ({ value }: View): View => ({ value, shape: value.shape });

/** Values [rows, width] from the parts of as many rows. */
export function dequantize(graph: Recorder, codes: View, scales: View | undefined, minimums: View | undefined): View {
  if (scales === undefined) return cast(graph, codes, 'float32');
  const [rows, blocks] = scales.shape as [number, number];
  const count = rows * blocks;
  const values = minimums === undefined ? codes : nibbles(graph, codes, count);
  const inBlocks = { shape: [count, BLOCK], dtype: 'float32' } as const;
  const steps = seen(cast(graph, scales, 'float32'), [count]);
  const scaled = graph.op('DequantizeLinear', [seen(values, inBlocks.shape), steps], inBlocks, { axis: 0 });
  const column = minimums && seen(cast(graph, minimums, 'float32'), [count, 1]);
  const sum = column === undefined ? scaled : combine(graph, 'Add', scaled, column);
  return seen(sum, [rows, blocks * BLOCK]);
}

/** Of each block, its low halves and then its high ones, as GGML has them: uint8 [blocks, 32]. */
function nibbles(graph: Recorder, pairs: View, count: number): View {
  const half = { shape: [count, BLOCK / 2], dtype: 'uint8' } as const;
  const bytes = seen(pairs, half.shape);
  const low = graph.op('BitwiseAnd', [bytes, scalar(15, 'uint8')], half);
  const high = graph.op('BitShift', [bytes, scalar(4, 'uint8')], half, { direction: 'RIGHT' });
  return graph.op('Concat', [low, high], { shape: [count, BLOCK], dtype: 'uint8' }, { axis: 1 });
}
