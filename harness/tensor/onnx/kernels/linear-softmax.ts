// softmax(x W^T) for a W of many rows, such as a vocabulary's, in blocks of those: nothing of it is there whole but the
// exponentials, where a gradient keeps them. Each block of W is packed once for a product; blocks of x would pack all of W
// each time.
import type * as tf from '@tensorflow/tfjs';
import { int64, type Recorder, type View } from '../graph.ts';
import { type ScanParts, type ScanResults, scanFrom } from '../subgraph.ts';
import { combine, fill, map, seen, sizeOf } from './compose.ts';
import { kernel } from './define.ts';
import { product } from './matmul.ts';
import { dequantize } from './packed.ts';

interface Blocks {
  /** Rows of W, a divisor of all of them. */
  readonly block: number;
}

export const linearSoftmaxKernels: readonly tf.KernelConfig[] = [
  /**
   * x [rows, width], weight [classes, width] -> log sum exp(x W^T) [rows, 1], softmax(x W^T) W [rows, width], and what
   * SoftmaxTransposed takes: the exponentials by block [blocks, rows, block], and what was subtracted before [blocks, rows, 1]
   */
  kernel('LinearSoftmax', ['x', 'weight'], ([x, weight], { block }: Blocks, graph) =>
    linearSoftmax(graph, x, [blocksOf(weight, block)], (_, [rows]) => rows as View),
  ),
  /** The same of a W that is packed: codes, scales and minimums as packed.ts has them. */
  kernel(
    'LinearSoftmaxPacked',
    ['x', 'codes', 'scales?', 'minimums?'],
    ([x, ...packed], { block, rows }: Blocks & { readonly rows: number }, graph) => {
      const parts = packed
        .filter((part) => part !== undefined)
        .map((part) => seen(part, [rows / block, sizeOf(part.value.shape) / (rows / block)]));
      const rowsOf = (inner: Recorder, [codes, scales, minimums]: readonly (View | undefined)[]) =>
        dequantize(inner, block, codes as View, scales, minimums);
      return linearSoftmax(graph, x, parts, rowsOf).slice(0, 2);
    },
  ),
  /** and logSumExp [rows, 1], dy [rows, width] -> softmax(x W^T)^T dy, [classes, width] */
  kernel(
    'LinearSoftmaxTransposed',
    ['x', 'weight', 'logSumExp', 'dy'],
    ([x, weight, logSumExp, dy], { block }: Blocks, graph) => {
      const parts = { shared: [x, logSumExp, dy], states: [], slices: [blocksOf(weight, block)] };
      const { slices } = scanFrom(graph, parts, (inner, { shared, slices: [rows] }) => {
        const [input, norm, gradient] = shared as [View, View, View];
        const shares = exponential(inner, product(inner, input, rows as View, false, true, 1), norm);
        return { states: [], slices: [product(inner, shares, gradient, true, false, 1)] };
      });
      return seen(slices[0] as View, weight.shape);
    },
  ),
  /** The same from what LinearSoftmax gives: exponentials, maxima, logSumExp, and dy [rows, width] -> [classes, width] */
  kernel(
    'SoftmaxTransposed',
    ['exponentials', 'maxima', 'logSumExp', 'dy'],
    ([exponentials, maxima, logSumExp, dy], _, graph) => {
      const parts = { shared: [logSumExp, dy], states: [], slices: [maxima, exponentials] };
      const { slices } = scanFrom(graph, parts, (inner, { shared, slices: [most, ofBlock] }) => {
        const [norm, gradient] = shared as [View, View];
        const scaled = combine(inner, 'Mul', gradient, exponential(inner, most as View, norm));
        return { states: [], slices: [product(inner, ofBlock as View, scaled, true, false, 1)] };
      });
      const [blocks, , block] = exponentials.shape as [number, number, number];
      return seen(slices[0] as View, [blocks * block, dy.shape[1] as number]);
    },
  ),
];

/**
 * @param parts of W in blocks, [blocks, rows, ...]
 * @param rowsOf gives the rows of W [rows, width] from a block of each
 */
function linearSoftmax(
  graph: Recorder,
  x: View,
  parts: readonly View[],
  rowsOf: (inner: Recorder, parts: readonly View[]) => View,
): View[] {
  const column = [x.shape[0] as number, 1];
  const states = [
    fill(graph, Number.NEGATIVE_INFINITY, 'float32', column),
    fill(graph, 0, 'float32', column),
    // Zeros that are made when they are needed: constant ones would be held beside the graph.
    combine(graph, 'Sub', x, x),
  ];
  const found = scanFrom(graph, { shared: [x], states, slices: parts }, (inner, { slices, ...given }) =>
    addBlock(inner, { ...given, slices: [rowsOf(inner, slices)] }),
  );
  const [most, sum, total] = found.states as [View, View, View];
  return [combine(graph, 'Add', most, map(graph, 'Log', sum)), combine(graph, 'Div', total, sum), ...found.slices];
}

function blocksOf(weight: View, block: number): View {
  const [classes, width] = weight.shape as [number, number];
  return seen(weight, [classes / block, block, width]);
}

/**
 * Adds a block of W to what is carried: of each row of x W^T the greatest value so far, and relative to its exponential
 * the sum of exponentials and that of W's rows weighted by them (Dao et al., 2022, arXiv 2205.14135).
 */
function addBlock(graph: Recorder, { shared: [x], states, slices: [rows] }: ScanParts): ScanResults {
  const [most, sum, total] = states as [View, View, View];
  const products = product(graph, x as View, rows as View, false, true, 1);
  const newMost = combine(graph, 'Max', most, ofRows(graph, 'ReduceMax', products));
  const exponentials = exponential(graph, products, newMost);
  const shrunk = exponential(graph, most, newMost);
  const grown = (before: View, more: View) => combine(graph, 'Add', combine(graph, 'Mul', before, shrunk), more);
  const newSum = grown(sum, ofRows(graph, 'ReduceSum', exponentials));
  const newTotal = grown(total, product(graph, exponentials, rows as View, false, false, 1));
  return { states: [newMost, newSum, newTotal], slices: [exponentials, map(graph, 'Identity', newMost)] };
}

const exponential = (graph: Recorder, x: View, from: View) => map(graph, 'Exp', combine(graph, 'Sub', x, from));

/** [rows, width] -> [rows, 1] */
function ofRows(graph: Recorder, operator: string, x: View): View {
  return graph.op(operator, [x, int64(1)], { shape: [x.shape[0] as number, 1], dtype: 'float32' }, { keepdims: 1 });
}
