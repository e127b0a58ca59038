// Kernels that move elements without computing: views, transposes, joins, fills. Parts of tensors are in slice.ts.
import * as tf from '@tensorflow/tfjs';
import type { DType } from '../element.ts';
import { int64, type Recorder, type View } from '../graph.ts';
import { axisOf, convert, expand, fill, pad, seen, sizeOf, slice, transpose, typeOf } from './compose.ts';
import { kernel, variadicKernel } from './define.ts';

/** tfjs joins tensors of several types to one of the first's. */
function concat(graph: Recorder, inputs: readonly View[], axis: number): View {
  const shapes = inputs.map(({ shape }) => [...shape]);
  tf.backend_util.assertParamsConsistent(shapes, axis);
  const output = { shape: tf.backend_util.computeOutShape(shapes, axis), dtype: typeOf(inputs[0] as View) };
  const filled = inputs.filter(({ shape }) => sizeOf(shape) > 0).map((x) => convert(graph, x, output.dtype));
  if (filled.length === 0) return fill(graph, 0, output.dtype, output.shape);
  return filled.length === 1 ? (filled[0] as View) : graph.op('Concat', filled, output, { axis });
}

const none = [0, 0] as const;

/** The view of `x` with an axis of length 1 before `axis`. */
const unsqueezed = (x: View, axis: number) => seen(x, x.shape.toSpliced(axis, 0, 1));

export const shapeKernels: readonly tf.KernelConfig[] = [
  kernel(tf.Identity, ['x'], ([x]) => x),
  kernel(tf.Reshape, ['x'], ([x], { shape }: tf.ReshapeAttrs) => {
    const wanted = tf.util.inferFromImplicitShape(shape, sizeOf(x.shape));
    if (sizeOf(wanted) !== sizeOf(x.shape)) throw new Error(`[${x.shape}] cannot be reshaped to [${wanted}]`);
    return seen(x, wanted);
  }),
  kernel(tf.ExpandDims, ['input'], ([input], { dim }: tf.ExpandDimsAttrs) => {
    const rank = input.shape.length;
    if (dim < -(rank + 1) || dim > rank) throw new Error(`expandDims: axis ${dim} is not in [${-(rank + 1)}, ${rank}]`);
    return unsqueezed(input, dim < 0 ? rank + dim + 1 : dim);
  }),
  kernel(tf.Transpose, ['x'], ([x], { perm }: tf.TransposeAttrs, graph) => transpose(graph, x, perm)),
  kernel(tf.PadV2, ['x'], ([x], { paddings, constantValue }: tf.PadV2Attrs, graph) =>
    pad(graph, x, paddings, constantValue),
  ),
  variadicKernel(tf.Concat, (inputs, { axis }: tf.ConcatAttrs, graph) =>
    concat(graph, inputs, axisOf(axis, inputs[0] as View)),
  ),
  variadicKernel(tf.Pack, (inputs, { axis }: tf.PackAttrs, graph) => {
    const first = inputs[0] as View;
    const rank = first.shape.length + 1;
    const along = axis < 0 ? axis + rank : axis;
    for (const { shape, value } of inputs) {
      tf.util.assertShapesMatch(
        [...first.shape],
        [...shape],
        'All tensors passed to stack must have matching shapes: ',
      );
      if (value.dtype !== first.value.dtype) throw new Error('All tensors passed to stack must have matching dtypes');
    }
    return concat(
      graph,
      inputs.map((x) => unsqueezed(x, along)),
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
  kernel(tf.Tile, ['x'], ([x], { reps }: tf.TileAttrs, graph) => {
    const shape = x.shape.map((length, i) => length * (reps[i] as number));
    return graph.op('Tile', [x, int64(...reps)], { shape, dtype: x.value.dtype });
  }),
  kernel(tf.BroadcastTo, ['x'], ([x], { shape }: tf.BroadCastToAttrs, graph) => expand(graph, x, shape)),
  kernel(tf.Fill, [], (_, { shape, value, dtype }: tf.FillAttrs, graph) => {
    if (typeof value !== 'number') throw new Error('the onnx backend fills with numbers only');
    return fill(graph, value, (dtype ?? 'float32') as DType, shape);
  }),
  kernel(tf.ZerosLike, ['x'], ([x], _, graph) => fill(graph, 0, x.value.dtype, x.shape)),
  kernel(tf.OnesLike, ['x'], ([x], _, graph) => fill(graph, 1, x.value.dtype, x.shape)),
  kernel(tf.Diag, ['x'], ([x], _, graph) => {
    // Rows of one value and size zeros, end to end, have their values on the diagonal of rows of size.
    const size = sizeOf(x.shape);
    const rows = pad(graph, seen(x, [size, 1]), [none, [0, size]], 0);
    const flat = slice(graph, seen(rows, [size * (size + 1)]), [0], [size * size]);
    return seen(flat, [...x.shape, ...x.shape]);
  }),
];
