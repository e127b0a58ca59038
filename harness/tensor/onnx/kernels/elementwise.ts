// Kernels that map each element, or pairs of broadcast elements: a row each.
import * as tf from '@tensorflow/tfjs';
import { type DType, type Recorder, scalar, type View } from '../graph.ts';
import { kernel } from './define.ts';

const typeOf = (view: View) => view.value.dtype as DType;

const unary = (name: string, operator: string) =>
  kernel(name, ['x'], ([x], _, graph) => graph.op(operator, [x], { shape: x.shape, dtype: x.value.dtype }));

const binary = (name: string, operator: string, result?: DType) =>
  kernel(name, ['a', 'b'], ([a, b], _, graph) => combine(graph, operator, a, b, result));

function combine(graph: Recorder, operator: string, a: View, b: View, dtype: DType = typeOf(a)): View {
  return graph.op(operator, [a, b], { shape: broadcast(a, b), dtype });
}

const broadcast = (a: View, b: View) => tf.backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);

/** ONNX's element types, for Cast. */
const CAST_TO: Readonly<Record<DType, number>> = { float32: 1, int32: 6, bool: 9 };

export const elementwiseKernels: readonly tf.KernelConfig[] = [
  binary(tf.Add, 'Add'),
  binary(tf.Sub, 'Sub'),
  binary(tf.Multiply, 'Mul'),
  binary(tf.RealDiv, 'Div'),
  binary(tf.Pow, 'Pow'),
  binary(tf.Maximum, 'Max'),
  binary(tf.Minimum, 'Min'),
  binary(tf.Greater, 'Greater', 'bool'),
  binary(tf.GreaterEqual, 'GreaterOrEqual', 'bool'),
  binary(tf.Less, 'Less', 'bool'),
  binary(tf.LessEqual, 'LessOrEqual', 'bool'),
  binary(tf.Equal, 'Equal', 'bool'),
  binary(tf.LogicalAnd, 'And', 'bool'),
  binary(tf.LogicalOr, 'Or', 'bool'),
  unary(tf.Neg, 'Neg'),
  unary(tf.Abs, 'Abs'),
  unary(tf.Exp, 'Exp'),
  unary(tf.Log, 'Log'),
  unary(tf.Sqrt, 'Sqrt'),
  unary(tf.Erf, 'Erf'),
  unary(tf.Tanh, 'Tanh'),
  unary(tf.Sigmoid, 'Sigmoid'),
  unary(tf.Sin, 'Sin'),
  unary(tf.Cos, 'Cos'),
  unary(tf.Floor, 'Floor'),
  unary(tf.Ceil, 'Ceil'),
  unary(tf.Relu, 'Relu'),
  unary(tf.Reciprocal, 'Reciprocal'),
  unary(tf.Softplus, 'Softplus'),
  unary(tf.LogicalNot, 'Not'),
  kernel(tf.NotEqual, ['a', 'b'], ([a, b], _, graph) => {
    const equal = combine(graph, 'Equal', a, b, 'bool');
    return graph.op('Not', [equal], { shape: equal.shape, dtype: 'bool' });
  }),
  kernel(tf.SquaredDifference, ['a', 'b'], ([a, b], _, graph) => {
    const difference = combine(graph, 'Sub', a, b);
    return combine(graph, 'Mul', difference, difference);
  }),
  kernel(tf.Square, ['x'], ([x], _, graph) => combine(graph, 'Mul', x, x)),
  kernel(tf.Rsqrt, ['x'], ([x], _, graph) => {
    const root = graph.op('Sqrt', [x], { shape: x.shape, dtype: 'float32' });
    return graph.op('Reciprocal', [root], { shape: x.shape, dtype: 'float32' });
  }),
  kernel(tf.Step, ['x'], ([x], { alpha }: tf.StepAttrs, graph) => {
    const positive = graph.op('Greater', [x, scalar(0, typeOf(x))], { shape: x.shape, dtype: 'bool' });
    const inputs = [positive, scalar(1, typeOf(x)), scalar(alpha ?? 0, typeOf(x))];
    return graph.op('Where', inputs, { shape: x.shape, dtype: typeOf(x) });
  }),
  kernel(tf.ClipByValue, ['x'], ([x], { clipValueMin, clipValueMax }: tf.ClipByValueAttrs, graph) => {
    const bounds = [scalar(clipValueMin, typeOf(x)), scalar(clipValueMax, typeOf(x))];
    return graph.op('Clip', [x, ...bounds], { shape: x.shape, dtype: typeOf(x) });
  }),
  kernel(tf.Select, ['condition', 't', 'e'], ([condition, whenTrue, whenFalse], _, graph) => {
    // tfjs lets a vector of conditions choose whole rows.
    const rank = whenTrue.shape.length;
    const rows = [...condition.shape, ...Array<number>(rank - condition.shape.length).fill(1)];
    const chosen = { value: condition.value, shape: rows };
    return graph.op('Where', [chosen, whenTrue, whenFalse], { shape: whenTrue.shape, dtype: typeOf(whenTrue) });
  }),
  kernel(tf.Cast, ['x'], ([x], { dtype }: tf.CastAttrs, graph) => {
    if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
      throw new Error(`the onnx backend cannot cast to ${dtype}`);
    }
    if (dtype === typeOf(x)) return x;
    return graph.op('Cast', [x], { shape: x.shape, dtype }, { to: CAST_TO[dtype] });
  }),
];
