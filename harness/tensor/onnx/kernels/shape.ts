// Kernels that move elements without computing: views, transposes, slices, joins, fills.
import * as tf from '@tensorflow/tfjs';
import { type DType, int64, type Recorder, scalar, type View } from '../graph.ts';
import { kernel, variadicKernel } from './define.ts';

const like = (x: View, shape: readonly number[]) => ({ shape, dtype: x.value.dtype });
const size = (shape: readonly number[]) => tf.util.sizeFromShape([...shape]);
const axisOf = (axis: number, x: View) => tf.util.parseAxisParam(axis, [...x.shape])[0] as number;

/** Same elements, other shape: no operation. */
const seen = (x: View, shape: readonly number[]): View => ({ value: x.value, shape });

function expand(graph: Recorder, value: number, dtype: DType, shape: readonly number[]): View {
  return graph.op('Expand', [scalar(value, dtype), int64(...shape)], { shape, dtype });
}

function slice(graph: Recorder, x: View, begin: readonly number[], sizes: readonly number[]): View {
  const ends = begin.map((start, axis) => start + (sizes[axis] as number));
  const axes = begin.map((_, axis) => axis);
  return graph.op('Slice', [x, int64(...begin), int64(...ends), int64(...axes)], like(x, sizes));
}

function concat(graph: Recorder, inputs: readonly View[], axis: number): View {
  const filled = inputs.filter(({ shape }) => size(shape) > 0);
  const first = filled[0] ?? (inputs[0] as View);
  if (filled.length <= 1) return first;
  const total = filled.reduce((sum, { shape }) => sum + (shape[axis] as number), 0);
  return graph.op('Concat', filled, like(first, first.shape.with(axis, total)), { axis });
}

export const shapeKernels: readonly tf.KernelConfig[] = [
  kernel(tf.Identity, ['x'], ([x]) => x),
  kernel(tf.Reshape, ['x'], ([x], { shape }: tf.ReshapeAttrs) =>
    seen(x, tf.util.inferFromImplicitShape(shape, size(x.shape))),
  ),
  kernel(tf.ExpandDims, ['input'], ([input], { dim }: tf.ExpandDimsAttrs) => {
    const axis = dim < 0 ? input.shape.length + dim + 1 : dim;
    return seen(input, input.shape.toSpliced(axis, 0, 1));
  }),
  kernel(tf.Transpose, ['x'], ([x], { perm }: tf.TransposeAttrs, graph) => {
    if (perm.every((axis, i) => axis === i)) return x;
    return graph.op(
      'Transpose',
      [x],
      like(
        x,
        perm.map((axis) => x.shape[axis] as number),
      ),
      { perm },
    );
  }),
  kernel(tf.Slice, ['x'], ([x], { begin, size: sizes }: tf.SliceAttrs, graph) => {
    const [starts, lengths] = tf.slice_util.parseSliceParams({ shape: [...x.shape] } as tf.TensorInfo, begin, sizes);
    return slice(graph, x, starts as number[], lengths as number[]);
  }),
  kernel(tf.SplitV, ['x'], ([x], { numOrSizeSplits, axis }: tf.SplitVAttrs, graph) => {
    const along = axisOf(axis, x);
    const sizes = tf.backend_util.prepareSplitSize({ shape: [...x.shape] } as tf.Tensor, numOrSizeSplits, along);
    let start = 0;
    return sizes.map((length) => {
      const begin = x.shape.map((_, i) => (i === along ? start : 0));
      start += length;
      return slice(graph, x, begin, x.shape.with(along, length));
    });
  }),
  kernel(tf.PadV2, ['x'], ([x], { paddings, constantValue }: tf.PadV2Attrs, graph) => {
    const shape = x.shape.map((length, i) => length + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
    const pads = int64(...paddings.map((pair) => pair[0]), ...paddings.map((pair) => pair[1]));
    return graph.op('Pad', [x, pads, scalar(constantValue, x.value.dtype)], like(x, shape));
  }),
  variadicKernel(tf.Concat, (inputs, { axis }: tf.ConcatAttrs, graph) =>
    concat(graph, inputs, axisOf(axis, inputs[0] as View)),
  ),
  variadicKernel(tf.Pack, (inputs, { axis }: tf.PackAttrs, graph) => {
    const rank = (inputs[0] as View).shape.length + 1;
    const along = axis < 0 ? axis + rank : axis;
    return concat(
      graph,
      inputs.map((x) => seen(x, x.shape.toSpliced(along, 0, 1))),
      along,
    );
  }),
  kernel(tf.Unpack, ['value'], ([value], { axis }: tf.UnpackAttrs, graph) => {
    const along = axisOf(axis, value);
    const rest = value.shape.toSpliced(along, 1);
    return Array.from({ length: value.shape[along] as number }, (_, i) => {
      const begin = value.shape.map((_length, at) => (at === along ? i : 0));
      return seen(slice(graph, value, begin, value.shape.with(along, 1)), rest);
    });
  }),
  kernel(tf.Tile, ['x'], ([x], { reps }: tf.TileAttrs, graph) =>
    graph.op(
      'Tile',
      [x, int64(...reps)],
      like(
        x,
        x.shape.map((length, i) => length * (reps[i] as number)),
      ),
    ),
  ),
  kernel(tf.BroadcastTo, ['x'], ([x], { shape }: tf.BroadCastToAttrs, graph) =>
    graph.op('Expand', [x, int64(...shape)], like(x, shape)),
  ),
  kernel(tf.Fill, [], (_, { shape, value, dtype }: tf.FillAttrs, graph) => {
    if (typeof value !== 'number') throw new Error('the onnx backend fills with numbers only');
    return expand(graph, value, (dtype ?? 'float32') as DType, shape);
  }),
  kernel(tf.ZerosLike, ['x'], ([x], _, graph) => expand(graph, 0, x.value.dtype as DType, x.shape)),
  kernel(tf.OnesLike, ['x'], ([x], _, graph) => expand(graph, 1, x.value.dtype as DType, x.shape)),
];
