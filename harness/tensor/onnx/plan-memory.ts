// How much memory a graph's intermediate values take at most: what ONNX Runtime allocates while it runs the operations in
// order, frees after the last reader, and reuses in place.
import { isView, type Operation, type Value } from './graph.ts';

const BYTES: Readonly<Record<Value['dtype'], number>> = { float32: 4, int32: 4, int64: 8, bool: 1 };

/** Operations whose output may take the memory of an input of its size that nobody reads afterwards. */
const IN_PLACE = new Set(
  [
    'Add',
    'Sub',
    'Mul',
    'Div',
    'Sum',
    'Sqrt',
    'Exp',
    'Log',
    'Tanh',
    'Erf',
    'Neg',
    'Reciprocal',
    'Clip',
    'Softmax',
  ].concat(['LogSoftmax', 'Identity', 'com.microsoft:Gelu']),
);

/** Bytes of the values between operations at their most; inputs and outputs have memory of their own. */
export function plannedBytes(operations: readonly Operation[]): number {
  const lastReader = new Map<Value, number>();
  for (const [index, { inputs }] of operations.entries()) {
    for (const input of inputs) if (isView(input)) lastReader.set(input.value, index);
  }
  const held = new Set<Value>();
  let [now, most] = [0, 0];
  for (const [index, { type, inputs, outputs }] of operations.entries()) {
    const dying = [...new Set(inputs.filter(isView).map(({ value }) => value))].filter(
      (value) => held.has(value) && lastReader.get(value) === index,
    );
    for (const output of outputs) {
      if (output.refs > 0) continue;
      const reused = IN_PLACE.has(type) ? dying.findIndex((value) => bytesOf(value) === bytesOf(output)) : -1;
      if (reused >= 0) held.delete(dying.splice(reused, 1)[0] as Value);
      else now += bytesOf(output);
      held.add(output);
    }
    most = Math.max(most, now);
    const unread = outputs.filter((output) => held.has(output) && !lastReader.has(output));
    for (const value of [...dying, ...unread]) {
      held.delete(value);
      now -= bytesOf(value);
    }
  }
  return most;
}

function bytesOf({ shape, dtype }: Value): number {
  return BYTES[dtype] * shape.reduce((a, b) => a * b, 1);
}
