// What kernels are made of: single operations whose output's shape and type follow from their inputs.
import * as tf from '@tensorflow/tfjs';
import { type DType, ELEMENT_TYPE } from '../element.ts';
import { type Attributes, type Constant, int64, type Recorder, scalar, type Value, type View } from '../graph.ts';

export type Type = Value['dtype'];
export type Operand = View | Constant;

export const typeOf = (view: View) => view.value.dtype as DType;
export const sizeOf = (shape: readonly number[]) => tf.util.sizeFromShape([...shape]);
export const axisOf = (axis: number, x: View) => tf.util.parseAxisParam(axis, [...x.shape])[0] as number;

/** What tfjs's own functions on shapes ask of a tensor. */
export const infoOf = ({ value, shape }: View) => ({ shape: [...shape], dtype: value.dtype }) as tf.TensorInfo;

/** Same elements, other shape: no operation. */
export const seen = (x: View, shape: readonly number[]): View => ({ value: x.value, shape });

export function cast(graph: Recorder, x: View, dtype: Type): View {
  if (dtype === x.value.dtype) return x;
  return graph.op('Cast', [x], { shape: x.shape, dtype }, { to: ELEMENT_TYPE[dtype] });
}

/** The low 32 bits. Between two casts, it keeps ONNX Runtime from making one of them, which would saturate. */
const LOW_BITS = scalar(2 ** 32 - 1, 'int64');

/**
 * Integers of any numbers, as JavaScript stores them in an Int32Array: fractions are cut off, what does not fit wraps
 * around, and what is not finite is 0. Through int64, whose value for those is -2^63, 0 in its low 32 bits.
 */
export function toInt32(graph: Recorder, x: View): View {
  if (x.value.dtype !== 'float32') return cast(graph, x, 'int32');
  return cast(graph, combine(graph, 'BitwiseAnd', cast(graph, x, 'int64'), LOW_BITS), 'int32');
}

/** A value as another of tfjs's types. */
export const convert = (graph: Recorder, x: View, dtype: DType): View =>
  dtype === 'int32' ? toInt32(graph, x) : cast(graph, x, dtype);

/** ONNX computes with numbers only: booleans become 0 and 1. */
export const numeric = (graph: Recorder, x: View): View => (x.value.dtype === 'bool' ? cast(graph, x, 'int32') : x);

export function map(
  graph: Recorder,
  operator: string,
  x: View,
  dtype: Type = x.value.dtype,
  attributes: Attributes = {},
) {
  return graph.op(operator, [x], { shape: x.shape, dtype }, attributes);
}

/** An operation on pairs of broadcast elements; a constant has no part in the output's type. */
export function combine(
  graph: Recorder,
  operator: string,
  a: Operand,
  b: Operand,
  dtype?: Type,
  attributes?: Attributes,
) {
  const shape = tf.backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
  return graph.op(operator, [a, b], { shape, dtype: dtype ?? operandType('value' in a ? a : b) }, attributes);
}

export const operandType = (operand: Operand): Type => ('value' in operand ? operand.value.dtype : operand.dtype);

/** Elements of `yes` or `no`; all three are broadcast. */
export function where(graph: Recorder, condition: View, yes: Operand, no: Operand): View {
  const { assertAndGetBroadcastShape } = tf.backend_util;
  const values = assertAndGetBroadcastShape([...yes.shape], [...no.shape]);
  const shape = assertAndGetBroadcastShape([...condition.shape], values);
  return graph.op('Where', [condition, yes, no], { shape, dtype: operandType(yes) });
}

export function fill(graph: Recorder, value: number, dtype: Type, shape: readonly number[]): View {
  return graph.op('Expand', [scalar(value, dtype), int64(...shape)], { shape, dtype });
}

export function expand(graph: Recorder, x: View, shape: readonly number[]): View {
  return graph.op('Expand', [x, int64(...shape)], { shape, dtype: x.value.dtype });
}

export function slice(graph: Recorder, x: View, begin: readonly number[], sizes: readonly number[]): View {
  const ends = begin.map((start, axis) => start + (sizes[axis] as number));
  const axes = begin.map((_, axis) => axis);
  const output = { shape: sizes, dtype: x.value.dtype };
  return graph.op('Slice', [x, int64(...begin), int64(...ends), int64(...axes)], output);
}

export function transpose(graph: Recorder, x: View, perm: readonly number[]): View {
  if (perm.every((axis, i) => axis === i)) return x;
  const shape = perm.map((axis) => x.shape[axis] as number);
  return graph.op('Transpose', [x], { shape, dtype: x.value.dtype }, { perm });
}

export function pad(graph: Recorder, x: View, paddings: readonly (readonly [number, number])[], value: number): View {
  const shape = x.shape.map((length, i) => length + (paddings[i]?.[0] ?? 0) + (paddings[i]?.[1] ?? 0));
  const pads = int64(...paddings.map((pair) => pair[0]), ...paddings.map((pair) => pair[1]));
  return graph.op('Pad', [x, pads, scalar(value, x.value.dtype)], { shape, dtype: x.value.dtype });
}
