// Activation functions, their gradients, and clipping.
import * as tf from '@tensorflow/tfjs';
import type { DType } from '../element.ts';
import { type Recorder, scalar, type View } from '../graph.ts';
import { combine, convert, map, numeric, typeOf, where } from './compose.ts';
import { kernel } from './define.ts';

const zero = scalar(0, 'float32');
const isNegative = (graph: Recorder, x: View) => combine(graph, 'Less', x, zero, 'bool');

const relu = (graph: Recorder, x: View): View => convert(graph, map(graph, 'Relu', numeric(graph, x)), typeOf(x));
const sigmoid = (graph: Recorder, x: View): View => map(graph, 'Sigmoid', x);
const elu = (graph: Recorder, x: View): View => map(graph, 'Elu', x);

const leakyRelu = (graph: Recorder, x: View, alpha: number): View =>
  map(graph, 'LeakyRelu', convert(graph, x, 'float32'), 'float32', { alpha: { float: alpha } });

function prelu(graph: Recorder, x: View, alpha: View): View {
  const input = convert(graph, x, 'float32');
  return where(graph, isNegative(graph, input), combine(graph, 'Mul', input, convert(graph, alpha, 'float32')), input);
}

/** Least and greatest bound that a type can hold. */
const RANGE: Readonly<Record<DType, readonly [number, number]>> = {
  float32: [-Infinity, Infinity],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  bool: [0, 1],
};

function clip(graph: Recorder, x: View, least: number, greatest: number): View {
  const input = numeric(graph, x);
  const type = typeOf(input);
  const bound = (value: number) => {
    const [low, high] = RANGE[type];
    const held = type === 'float32' ? value : Math.trunc(Math.min(Math.max(value, low), high));
    return scalar(held, type);
  };
  const output = { shape: x.shape, dtype: type };
  return convert(graph, graph.op('Clip', [input, bound(least), bound(greatest)], output), typeOf(x));
}

const relu6 = (graph: Recorder, x: View): View => clip(graph, x, 0, 6);

/** An activation that a fused kernel ends with. @throws Error where there is none of that name */
export function activate(
  graph: Recorder,
  x: View,
  activation: tf.backend_util.Activation,
  preluWeights: View | undefined,
  leakyreluAlpha: number | undefined,
): View {
  if (activation === 'linear') return x;
  if (activation === 'prelu' && preluWeights !== undefined) return prelu(graph, x, preluWeights);
  if (activation === 'leakyrelu') return leakyRelu(graph, x, leakyreluAlpha ?? 0.2);
  const plain = { relu, relu6, elu, sigmoid }[activation as string];
  if (plain === undefined) throw new Error(`the onnx backend has no fused activation ${activation}`);
  return plain(graph, x);
}

/** A function of float32; other types are cast there and back. */
const activation = (name: string, record: (graph: Recorder, x: View) => View) =>
  kernel(name, ['x'], ([x], _, graph) => convert(graph, record(graph, convert(graph, x, 'float32')), typeOf(x)));

export const activationKernels: readonly tf.KernelConfig[] = [
  kernel(tf.Relu, ['x'], ([x], _, graph) => relu(graph, x)),
  kernel(tf.Relu6, ['x'], ([x], _, graph) => relu6(graph, x)),
  kernel(tf.LeakyRelu, ['x'], ([x], { alpha }: tf.LeakyReluAttrs, graph) => leakyRelu(graph, x, alpha)),
  kernel(tf.Prelu, ['x', 'alpha'], ([x, alpha], _, graph) => prelu(graph, x, alpha)),
  activation(tf.Sigmoid, sigmoid),
  activation(tf.Elu, elu),
  activation(tf.Selu, (graph, x) => map(graph, 'Selu', x)),
  activation(tf.Softplus, (graph, x) => map(graph, 'Softplus', x)),
  kernel(tf.EluGrad, ['dy', 'y'], ([dy, y], _, graph) => {
    const slope = combine(graph, 'Add', y, scalar(1, 'float32'));
    const straight = combine(graph, 'GreaterOrEqual', y, zero, 'bool');
    return where(graph, straight, dy, combine(graph, 'Mul', dy, slope));
  }),
  kernel(tf.Step, ['x'], ([x], { alpha }: tf.StepAttrs, graph) => {
    const input = convert(graph, x, 'float32');
    const positive = combine(graph, 'Greater', input, zero, 'bool');
    const step = where(graph, positive, scalar(1, 'float32'), scalar(alpha, 'float32'));
    return convert(graph, where(graph, map(graph, 'IsNaN', input, 'bool'), input, step), typeOf(x));
  }),
  kernel(tf.ClipByValue, ['x'], ([x], { clipValueMin, clipValueMax }: tf.ClipByValueAttrs, graph) =>
    clip(graph, x, clipValueMin, clipValueMax),
  ),
];
