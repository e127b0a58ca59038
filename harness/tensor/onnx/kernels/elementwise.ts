// Kernels that map each element, or pairs of broadcast elements: a row each.
import * as tf from '@tensorflow/tfjs';
import type { DType } from '../element.ts';
import { scalar } from '../graph.ts';
import { combine, convert, map, numeric, typeOf, where } from './compose.ts';
import { kernel } from './define.ts';

interface UnaryOptions {
  /** ONNX Runtime has the operator for int32 too; otherwise integers are computed as float32. */
  readonly integers?: boolean;
  /** Type of the output where it is not the input's. */
  readonly result?: DType;
}

const unary = (name: string, operator: string, { integers = false, result }: UnaryOptions = {}) =>
  kernel(name, ['x'], ([x], _, graph) => {
    const output = result ?? typeOf(x);
    const input = integers ? numeric(graph, x) : convert(graph, x, 'float32');
    const computed = output === 'bool' && typeOf(x) !== 'bool' ? 'bool' : typeOf(input);
    return convert(graph, map(graph, operator, input, computed), output);
  });

/** A function that leaves integers as they are. */
const rounding = (name: string, operator: string) =>
  kernel(name, ['x'], ([x], _, graph) => (typeOf(x) === 'float32' ? map(graph, operator, x) : x));

const binary = (name: string, operator: string) =>
  kernel(name, ['a', 'b'], ([a, b], _, graph) =>
    convert(graph, combine(graph, operator, numeric(graph, a), numeric(graph, b)), typeOf(a)),
  );

const comparison = (name: string, operator: string) =>
  kernel(name, ['a', 'b'], ([a, b], _, graph) =>
    combine(graph, operator, numeric(graph, a), numeric(graph, b), 'bool'),
  );

const logical = (name: string, operator: string) =>
  kernel(name, ['a', 'b'], ([a, b], _, graph) => combine(graph, operator, a, b, 'bool'));

export const elementwiseKernels: readonly tf.KernelConfig[] = [
  binary(tf.Add, 'Add'),
  binary(tf.Sub, 'Sub'),
  binary(tf.Multiply, 'Mul'),
  binary(tf.Pow, 'Pow'),
  binary(tf.Maximum, 'Max'),
  binary(tf.Minimum, 'Min'),
  binary(tf.BitwiseAnd, 'BitwiseAnd'),
  comparison(tf.Greater, 'Greater'),
  comparison(tf.GreaterEqual, 'GreaterOrEqual'),
  comparison(tf.Less, 'Less'),
  comparison(tf.LessEqual, 'LessOrEqual'),
  comparison(tf.Equal, 'Equal'),
  logical(tf.LogicalAnd, 'And'),
  logical(tf.LogicalOr, 'Or'),
  unary(tf.Neg, 'Neg', { integers: true }),
  unary(tf.Abs, 'Abs', { integers: true }),
  unary(tf.Exp, 'Exp', { result: 'float32' }),
  unary(tf.Log, 'Log'),
  unary(tf.Sqrt, 'Sqrt'),
  unary(tf.Erf, 'Erf'),
  unary(tf.Sin, 'Sin'),
  unary(tf.Cos, 'Cos'),
  unary(tf.Tan, 'Tan'),
  unary(tf.Asin, 'Asin'),
  unary(tf.Acos, 'Acos'),
  unary(tf.Atan, 'Atan'),
  unary(tf.Sinh, 'Sinh'),
  unary(tf.Cosh, 'Cosh'),
  unary(tf.Tanh, 'Tanh'),
  unary(tf.Asinh, 'Asinh'),
  unary(tf.Acosh, 'Acosh'),
  unary(tf.Atanh, 'Atanh'),
  rounding(tf.Floor, 'Floor'),
  rounding(tf.Ceil, 'Ceil'),
  rounding(tf.Round, 'Round'),
  unary(tf.Reciprocal, 'Reciprocal'),
  unary(tf.IsNan, 'IsNaN', { result: 'bool' }),
  unary(tf.IsInf, 'IsInf', { result: 'bool' }),
  kernel(tf.IsFinite, ['x'], ([x], _, graph) => {
    const input = convert(graph, x, 'float32');
    const infinite = map(graph, 'IsInf', input, 'bool');
    return map(graph, 'Not', combine(graph, 'Or', map(graph, 'IsNaN', input, 'bool'), infinite));
  }),
  kernel(tf.LogicalNot, ['x'], ([x], _, graph) => map(graph, 'Not', x)),
  kernel(tf.NotEqual, ['a', 'b'], ([a, b], _, graph) =>
    map(graph, 'Not', combine(graph, 'Equal', numeric(graph, a), numeric(graph, b), 'bool')),
  ),
  kernel(tf.RealDiv, ['a', 'b'], ([a, b], _, graph) => {
    // ONNX Runtime refuses to divide integers by zero.
    const quotient = combine(graph, 'Div', convert(graph, a, 'float32'), convert(graph, b, 'float32'));
    return convert(graph, quotient, typeOf(a));
  }),
  kernel(tf.SquaredDifference, ['a', 'b'], ([a, b], _, graph) => {
    const difference = combine(graph, 'Sub', numeric(graph, a), numeric(graph, b));
    return convert(graph, combine(graph, 'Mul', difference, difference), typeOf(a));
  }),
  kernel(tf.Square, ['x'], ([x], _, graph) => {
    const input = numeric(graph, x);
    return convert(graph, combine(graph, 'Mul', input, input), typeOf(x));
  }),
  kernel(tf.Rsqrt, ['x'], ([x], _, graph) => {
    const root = map(graph, 'Sqrt', convert(graph, x, 'float32'));
    return convert(graph, map(graph, 'Reciprocal', root), typeOf(x));
  }),
  kernel(tf.Sign, ['x'], ([x], _, graph) => {
    const input = numeric(graph, x);
    const sign = map(graph, 'Sign', input);
    if (typeOf(x) !== 'float32') return convert(graph, sign, typeOf(x));
    return where(graph, map(graph, 'IsNaN', x, 'bool'), scalar(0, 'float32'), sign);
  }),
  /** exp(x) - 1, to full precision near 0: tanh(x / 2) (exp(x) + 1). */
  kernel(tf.Expm1, ['x'], ([x], _, graph) => {
    const input = convert(graph, x, 'float32');
    const half = map(graph, 'Tanh', combine(graph, 'Mul', input, scalar(0.5, 'float32')));
    const sum = combine(graph, 'Add', map(graph, 'Exp', input), scalar(1, 'float32'));
    return convert(graph, combine(graph, 'Mul', half, sum), typeOf(x));
  }),
  /** log(1 + x), to full precision near 0: 2 atanh(x / (2 + x)), which a large x would round to infinity. */
  kernel(tf.Log1p, ['x'], ([x], _, graph) => {
    const input = convert(graph, x, 'float32');
    const ratio = combine(graph, 'Div', input, combine(graph, 'Add', input, scalar(2, 'float32')));
    const near = combine(graph, 'Mul', map(graph, 'Atanh', ratio), scalar(2, 'float32'));
    const far = map(graph, 'Log', combine(graph, 'Add', input, scalar(1, 'float32')));
    const isNear = combine(graph, 'Less', map(graph, 'Abs', input), scalar(0.5, 'float32'), 'bool');
    return convert(graph, where(graph, isNear, near, far), typeOf(x));
  }),
  kernel(tf.Select, ['condition', 't', 'e'], ([condition, whenTrue, whenFalse], _, graph) => {
    // tfjs lets a vector of conditions choose whole rows.
    const rank = whenTrue.shape.length;
    const rows = [...condition.shape, ...Array<number>(rank - condition.shape.length).fill(1)];
    const chosen = where(
      graph,
      { value: condition.value, shape: rows },
      numeric(graph, whenTrue),
      numeric(graph, whenFalse),
    );
    return convert(graph, chosen, typeOf(whenTrue));
  }),
  kernel(tf.Cast, ['x'], ([x], { dtype }: tf.CastAttrs, graph) => convert(graph, x, dtype as DType)),
];
