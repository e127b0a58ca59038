// What a result's last additions begin from lies in the result's own memory: ONNX Runtime would compute it elsewhere, keep
// it until then, and copy it. A tied embedding's gradient is there from the loss to the first layer, as large as the table.
import { isView, type Operation, type Value } from './graph.ts';

/** Values between operations, each with the result in whose memory it is to be computed. */
export type InPlace = ReadonlyMap<Value, Value>;

/**
 * Those that one ScatterElements reads and nothing else: it adds to its first input where that is its output's memory.
 */
export function inPlace(operations: readonly Operation[]): InPlace {
  const readers = new Map<Value, number>();
  for (const { inputs } of operations) {
    for (const { value } of inputs.filter(isView)) readers.set(value, (readers.get(value) ?? 0) + 1);
  }
  const computed = new Set(operations.flatMap(({ outputs }) => outputs));
  const found = new Map<Value, Value>();
  for (const {
    type,
    inputs,
    outputs: [sum],
  } of operations.toReversed()) {
    const [start = null] = inputs;
    if (type !== 'ScatterElements' || sum === undefined || !isView(start)) continue;
    const result = sum.refs > 0 ? sum : found.get(sum);
    const { value } = start;
    if (result === undefined || value.refs > 0 || readers.get(value) !== 1 || !computed.has(value)) continue;
    found.set(value, result);
  }
  return found;
}
