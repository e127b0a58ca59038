// Division that rounds down, and its remainder. Integers are divided in 64 bits: the processor traps where 32 do not
// hold a quotient. tfjs's quotient and remainder by an integer zero are 0.
import * as tf from '@tensorflow/tfjs';
import { type Recorder, scalar, type View } from '../graph.ts';
import { cast, combine, convert, map, toInt32, typeOf, where } from './compose.ts';
import { kernel } from './define.ts';

const isZero = (graph: Recorder, x: View) => combine(graph, 'Equal', x, scalar(0, 'int64'), 'bool');

/** int64 without a zero: a remainder by 1 is 0, as is tfjs's by 0. */
const divisor = (graph: Recorder, b: View) => where(graph, isZero(graph, b), scalar(1, 'int64'), b);

/** Remainder of int64 with the sign of the divisor. */
const integerRemainder = (graph: Recorder, a: View, b: View) => combine(graph, 'Mod', a, b, 'int64');

function integerQuotient(graph: Recorder, a: View, b: View): View {
  const by = divisor(graph, b);
  const multiple = combine(graph, 'Sub', a, integerRemainder(graph, a, by));
  const quotient = combine(graph, 'Div', multiple, by);
  return where(graph, isZero(graph, b), scalar(0, 'int64'), quotient);
}

/**
 * As tfjs: what is left of a division that cuts off, moved by the divisor where the signs differ. The sum may round to
 * the divisor, which is not a remainder of 0.
 */
function floatRemainder(graph: Recorder, a: View, b: View): View {
  const zero = scalar(0, 'float32');
  const modulo = (x: View) => combine(graph, 'Mod', x, b, 'float32', { fmod: 1 });
  const is = (operator: string, x: View) => combine(graph, operator, x, zero, 'bool');
  const sameSign = map(graph, 'Not', combine(graph, 'Xor', is('Less', a), is('Less', b)));
  const rest = modulo(a);
  const sum = combine(graph, 'Add', rest, b);
  const moved = modulo(sum);
  const rounded = combine(graph, 'And', is('Equal', moved), map(graph, 'Not', is('Equal', rest)));
  return where(graph, sameSign, rest, where(graph, rounded, sum, moved));
}

export const divisionKernels: readonly tf.KernelConfig[] = [
  kernel(tf.FloorDiv, ['a', 'b'], ([a, b], _, graph) => {
    if (typeOf(a) === 'float32') return toInt32(graph, map(graph, 'Floor', combine(graph, 'Div', a, b)));
    return cast(graph, integerQuotient(graph, cast(graph, a, 'int64'), cast(graph, b, 'int64')), 'int32');
  }),
  kernel(tf.Mod, ['a', 'b'], ([a, b], _, graph) => {
    if (typeOf(a) === 'float32') return floatRemainder(graph, a, b);
    const [x, y] = [cast(graph, a, 'int64'), cast(graph, b, 'int64')];
    return convert(graph, integerRemainder(graph, x, divisor(graph, y)), typeOf(a));
  }),
];
