// Kernels that reduce along axes, accumulate along one, or order it; and softmax.
import * as tf from '@tensorflow/tfjs';
import type { DType } from '../element.ts';
import { int64, type Recorder, scalar, type View } from '../graph.ts';
import { axisOf, cast, combine, convert, fill, map, numeric, sizeOf, typeOf, where } from './compose.ts';
import { kernel, variadicKernel } from './define.ts';

/** tfjs calls the axes of a maximum otherwise. */
interface ReduceAttributes {
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
  readonly keepDims?: boolean;
}

function reducedShape(x: View, axes: readonly number[], keepDims: boolean): number[] {
  return x.shape.flatMap((length, i) => (axes.includes(i) ? (keepDims ? [1] : []) : [length]));
}

function axesOf(x: View, { axis, reductionIndices }: ReduceAttributes): number[] {
  return tf.util.parseAxisParam(axis ?? reductionIndices ?? x.shape.map((_, i) => i), [...x.shape]);
}

function reduce(graph: Recorder, operator: string, x: View, axes: readonly number[], keepDims: boolean): View {
  const output = { shape: reducedShape(x, axes, keepDims), dtype: x.value.dtype };
  return graph.op(operator, [x, int64(...axes)], output, { keepdims: keepDims ? 1 : 0 });
}

interface ReductionRow {
  /** The type that is computed in, and the output's; each the input's where absent. */
  readonly computed?: (dtype: DType) => DType;
  readonly result?: (dtype: DType) => DType;
}

/** ONNX reduces no booleans. */
const asNumber = (dtype: DType): DType => (dtype === 'bool' ? 'int32' : dtype);
const float: ReductionRow = { computed: () => 'float32', result: () => 'float32' };
const counted: ReductionRow = { result: asNumber };

const reduction = (name: string, operator: string, { computed = asNumber, result }: ReductionRow = {}) =>
  kernel(name, ['x'], ([x], attributes: ReduceAttributes, graph) => {
    const axes = axesOf(x, attributes);
    const output = result?.(typeOf(x)) ?? typeOf(x);
    const input = convert(graph, x, computed(typeOf(x)));
    const reduced = axes.length === 0 ? input : reduce(graph, operator, input, axes, attributes.keepDims ?? false);
    return convert(graph, reduced, output);
  });

/** A greatest or least value; not a number where any value is not, which ONNX Runtime does not promise. */
const extreme = (name: string, operator: string) =>
  kernel(name, ['x'], ([x], attributes: ReduceAttributes, graph) => {
    const axes = axesOf(x, attributes);
    if (axes.length === 0) return x;
    const keepDims = attributes.keepDims ?? false;
    const found = reduce(graph, operator, numeric(graph, x), axes, keepDims);
    if (typeOf(x) !== 'float32') return convert(graph, found, typeOf(x));
    const missing = cast(graph, map(graph, 'IsNaN', x, 'bool'), 'int32');
    const anyMissing = cast(graph, reduce(graph, 'ReduceMax', missing, axes, keepDims), 'bool');
    return where(graph, anyMissing, scalar(Number.NaN, 'float32'), found);
  });

/** The position of a greatest or least value; those that are not numbers are never it. */
const argument = (name: string, operator: string, never: number) =>
  kernel(name, ['x'], ([x], { axis }: tf.ArgMaxAttrs, graph) => {
    const along = axisOf(axis, x);
    const shape = reducedShape(x, [along], false);
    if (sizeOf(x.shape) === 0) return fill(graph, 0, 'int32', shape);
    const input =
      typeOf(x) === 'float32'
        ? where(graph, map(graph, 'IsNaN', x, 'bool'), scalar(never, 'float32'), x)
        : numeric(graph, x);
    const index = graph.op(operator, [input], { shape, dtype: 'int64' }, { axis: along, keepdims: 0 });
    return cast(graph, index, 'int32');
  });

export const reduceKernels: readonly tf.KernelConfig[] = [
  reduction(tf.Sum, 'ReduceSum', counted),
  reduction(tf.Mean, 'ReduceMean', float),
  reduction(tf.Prod, 'ReduceProd', counted),
  reduction(tf.All, 'ReduceMin'),
  reduction(tf.Any, 'ReduceSum'),
  extreme(tf.Max, 'ReduceMax'),
  extreme(tf.Min, 'ReduceMin'),
  argument(tf.ArgMax, 'ArgMax', -Infinity),
  argument(tf.ArgMin, 'ArgMin', Infinity),
  variadicKernel(tf.AddN, (inputs, _, graph) => {
    const first = inputs[0] as View;
    if (inputs.length === 1) return first;
    if (typeOf(first) === 'float32') return graph.op('Sum', inputs, { shape: first.shape, dtype: 'float32' });
    return inputs.slice(1).reduce((sum, x) => combine(graph, 'Add', sum, x), first);
  }),
  kernel(tf.Cumsum, ['x'], ([x], { axis, exclusive, reverse }: tf.CumsumAttrs, graph) => {
    const input = numeric(graph, x);
    const attributes = { exclusive: exclusive ? 1 : 0, reverse: reverse ? 1 : 0 };
    const output = { shape: x.shape, dtype: typeOf(input) };
    return graph.op('CumSum', [input, scalar(axisOf(axis, x), 'int64')], output, attributes);
  }),
  kernel(tf.TopK, ['x'], ([x], { k }: tf.TopKAttrs, graph) => {
    // Sorted always: tfjs leaves the order open where it need not be.
    const shape = x.shape.with(-1, k);
    const input = numeric(graph, x);
    const outputs = [
      { shape, dtype: typeOf(input) },
      { shape, dtype: 'int64' as const },
    ];
    const [values, indices] = graph.ops('TopK', [input, int64(k)], outputs, { axis: -1, largest: 1, sorted: 1 });
    return [convert(graph, values as View, typeOf(x)), cast(graph, indices as View, 'int32')];
  }),
  kernel(tf.Softmax, ['logits'], ([logits], { dim }: tf.SoftmaxAttrs, graph) =>
    graph.op('Softmax', [logits], { shape: logits.shape, dtype: 'float32' }, { axis: dim }),
  ),
  kernel(tf.LogSoftmax, ['logits'], ([logits], { axis }: tf.LogSoftmaxAttrs, graph) =>
    graph.op('LogSoftmax', [logits], { shape: logits.shape, dtype: 'float32' }, { axis }),
  ),
];
