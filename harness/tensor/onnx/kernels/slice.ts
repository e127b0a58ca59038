// Kernels that take parts of a tensor: slices, with steps and in reverse, splits, and mirrored borders.
import * as tf from '@tensorflow/tfjs';
import { int64, type Recorder, type View } from '../graph.ts';
import { axisOf, fill, infoOf, seen, sizeOf, slice } from './compose.ts';
import { kernel } from './define.ts';

/** Beyond the first element, going backwards: -1 would be the last one. */
const BEFORE_FIRST = -(2 ** 31);

/** `lengths` elements along each axis, from `begin` on, `strides` apart; a stride may be negative. */
function stridedSlice(
  graph: Recorder,
  x: View,
  begin: readonly number[],
  strides: readonly number[],
  lengths: readonly number[],
): View {
  const output = { shape: lengths, dtype: x.value.dtype };
  if (sizeOf(lengths) === 0) return fill(graph, 0, x.value.dtype, lengths);
  const ends = begin.map((start, i) => {
    const end = start + (lengths[i] as number) * (strides[i] as number);
    return end < 0 ? BEFORE_FIRST : end;
  });
  const axes = begin.map((_, i) => i);
  return graph.op('Slice', [x, int64(...begin), int64(...ends), int64(...axes), int64(...strides)], output);
}

function reverse(graph: Recorder, x: View, axes: readonly number[]): View {
  const begin = x.shape.map((length, i) => (axes.includes(i) ? length - 1 : 0));
  const strides = x.shape.map((_, i) => (axes.includes(i) ? -1 : 1));
  return x.shape.length === 0 ? x : stridedSlice(graph, x, begin, strides, x.shape);
}

/** Positions along an axis with mirrored borders; `edge` is 1 where the border's own element is repeated. */
function mirrored(length: number, [before, after]: readonly [number, number], edge: number): number[] {
  return Array.from({ length: before + length + after }, (_, i) => {
    if (i < before) return before - i - edge;
    const at = i - before;
    return at < length ? at : 2 * (length - 1) - at + edge;
  });
}

function gatherAlong(graph: Recorder, x: View, axis: number, positions: readonly number[]): View {
  const indices = { dtype: 'int32', shape: [positions.length], data: positions } as const;
  return graph.op(
    'Gather',
    [x, indices],
    { shape: x.shape.with(axis, positions.length), dtype: x.value.dtype },
    { axis },
  );
}

export const sliceKernels: readonly tf.KernelConfig[] = [
  kernel(tf.Slice, ['x'], ([x], { begin, size }: tf.SliceAttrs, graph) => {
    const info = infoOf(x);
    const [starts, lengths] = tf.slice_util.parseSliceParams(info, begin, size) as [number[], number[]];
    tf.slice_util.assertParamsValid(info, starts, lengths);
    return slice(graph, x, starts, lengths);
  }),
  kernel(tf.StridedSlice, ['x'], ([x], attributes: tf.StridedSliceAttrs, graph) => {
    const { begin, end, strides, beginMask, endMask, ellipsisMask, newAxisMask, shrinkAxisMask } = attributes;
    const part = tf.slice_util.sliceInfo(
      [...x.shape],
      begin,
      end,
      strides,
      beginMask,
      endMask,
      ellipsisMask,
      newAxisMask,
      shrinkAxisMask,
    );
    if (part.isIdentity) return seen(x, part.finalShape);
    const lengths = tf.slice_util.computeOutShape(part.begin, part.end, part.strides);
    return seen(stridedSlice(graph, x, part.begin, part.strides, lengths), part.finalShape);
  }),
  kernel(tf.Reverse, ['x'], ([x], { dims }: tf.ReverseAttrs, graph) =>
    reverse(graph, x, tf.util.parseAxisParam(dims, [...x.shape])),
  ),
  kernel(tf.SplitV, ['x'], ([x], { numOrSizeSplits, axis }: tf.SplitVAttrs, graph) => {
    const along = axisOf(axis, x);
    const sizes = tf.backend_util.prepareSplitSize(infoOf(x) as tf.Tensor, numOrSizeSplits, along);
    let start = 0;
    return sizes.map((length) => {
      const begin = x.shape.map((_, i) => (i === along ? start : 0));
      start += length;
      return slice(graph, x, begin, x.shape.with(along, length));
    });
  }),
  kernel(tf.MirrorPad, ['x'], ([x], { paddings, mode }: tf.MirrorPadAttrs, graph) =>
    paddings.reduce((padded, pair, axis) => {
      if (pair[0] === 0 && pair[1] === 0) return padded;
      return gatherAlong(graph, padded, axis, mirrored(x.shape[axis] as number, pair, mode === 'reflect' ? 0 : 1));
    }, x),
  ),
];
