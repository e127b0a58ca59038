// Packed weights to floats, whole or some rows: what ops/packed.ts holds. Every product is exact in 32 bits (codes of at
// most 8 bits times a scale of 11), so only q4's sum rounds, once.
import type * as tf from '@tensorflow/tfjs';
import { type Recorder, scalar, type View } from '../graph.ts';
import { cast, combine, seen, sizeOf } from './compose.ts';
import { kernel } from './define.ts';

/** Values that share a scale. */
const BLOCK = 32;

interface Rows {
  /** Of the matrix. */
  readonly rows: number;
}

export const packedKernels: readonly tf.KernelConfig[] = [
  /** codes float16; or int8 and scales; or uint8, two a byte, scales and minimums -> [rows, width] */
  kernel('Dequantize', ['codes', 'scales?', 'minimums?'], ([codes, scales, minimums], { rows }: Rows, graph) =>
    dequantize(graph, rows, held(codes), scales && held(scales), minimums && held(minimums)),
  ),
  /** The same of the rows that `ids` [n] names -> [n, width] */
  kernel(
    'DequantizeRows',
    ['codes', 'scales?', 'minimums?', 'ids'],
    ([codes, scales, minimums, ids], { rows }: Rows, graph) => {
      const count = sizeOf(ids.shape);
      const chosen = (part: View): View => {
        const width = sizeOf(part.value.shape) / rows;
        const output = { shape: [count, width], dtype: part.value.dtype };
        return graph.op('Gather', [seen(part, [rows, width]), ids], output, { axis: 0 });
      };
      return dequantize(graph, count, chosen(codes), scales && chosen(scales), minimums && chosen(minimums));
    },
  ),
];

/** A part as it is held, where tfjs sees bytes. */
const held = ({ value }: View): View => ({ value, shape: value.shape });

/** Values [rows, width] from the parts of as many rows. */
export function dequantize(
  graph: Recorder,
  rows: number,
  codes: View,
  scales: View | undefined,
  minimums: View | undefined,
): View {
  if (scales === undefined) return cast(graph, seen(codes, [rows, sizeOf(codes.shape) / rows]), 'float32');
  const count = sizeOf(scales.shape);
  const values = minimums === undefined ? codes : nibbles(graph, codes, count);
  const inBlocks = { shape: [count, BLOCK], dtype: 'float32' } as const;
  const steps = cast(graph, seen(scales, [count]), 'float32');
  const scaled = graph.op('DequantizeLinear', [seen(values, inBlocks.shape), steps], inBlocks, { axis: 0 });
  const column = minimums && cast(graph, seen(minimums, [count, 1]), 'float32');
  const sum = column === undefined ? scaled : combine(graph, 'Add', scaled, column);
  return seen(sum, [rows, (count * BLOCK) / rows]);
}

/** Of each block, its low halves and then its high ones, as GGML has them: uint8 [blocks, 32]. */
function nibbles(graph: Recorder, pairs: View, count: number): View {
  const half = { shape: [count, BLOCK / 2], dtype: 'uint8' } as const;
  const bytes = seen(pairs, half.shape);
  const low = graph.op('BitwiseAnd', [bytes, scalar(15, 'uint8')], half);
  const high = graph.op('BitShift', [bytes, scalar(4, 'uint8')], half, { direction: 'RIGHT' });
  return graph.op('Concat', [low, high], { shape: [count, BLOCK], dtype: 'uint8' }, { axis: 1 });
}
