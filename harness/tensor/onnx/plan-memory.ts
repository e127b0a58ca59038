// How much memory a graph's intermediate values take at most, as ONNX Runtime plans it: a value takes over the buffer of
// one of its own shape and type that nobody reads any more (allocation_planner.cc), the one that was free last. A buffer
// is allocated for its first value and freed after its last.
import { bodyOf, isView, type Operation, type Value } from './graph.ts';
import type { InPlace } from './in-place.ts';

const BYTES: Readonly<Record<Value['dtype'], number>> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
};

/** Indices of the operations for whose first a buffer is allocated, and after whose last it is freed. */
interface PlannedBuffer {
  readonly bytes: number;
  readonly from: number;
  until: number;
}

/**
 * Bytes of the values between operations at their most; inputs and outputs have memory of their own.
 * @param inPlace values that lie in an output's
 */
export function plannedBytes(operations: readonly Operation[], inPlace: InPlace = new Map()): number {
  const changes = operations.map(() => ({ before: 0, after: 0 }));
  for (const { bytes, from, until } of planBuffers(operations, inPlace)) {
    (changes[from] as { before: number }).before += bytes;
    (changes[until] as { after: number }).after -= bytes;
  }
  for (const [index, operation] of operations.entries()) {
    const body = bodyOf(operation);
    const change = changes[index];
    if (body === undefined || change === undefined) continue;
    const bytes = plannedBytes(body.operations);
    change.before += bytes;
    change.after -= bytes;
  }
  let [now, most] = [0, 0];
  for (const { before, after } of changes) {
    now += before;
    most = Math.max(most, now);
    now += after;
  }
  return most;
}

function planBuffers(operations: readonly Operation[], inPlace: InPlace): PlannedBuffer[] {
  const lastReader = lastReaders(operations);
  const buffers: PlannedBuffer[] = [];
  const held = new Map<Value, PlannedBuffer>();
  const free = new Map<string, PlannedBuffer[]>();
  for (const [index, { inputs, outputs }] of operations.entries()) {
    const between = outputs.filter((value) => value.refs === 0 && !inPlace.has(value));
    for (const output of between) {
      const reused = free.get(kindOf(output))?.pop();
      const buffer = reused ?? { bytes: bytesOf(output), from: index, until: index };
      if (reused === undefined) buffers.push(buffer);
      buffer.until = lastReader.get(output) ?? index;
      held.set(output, buffer);
    }
    const read = new Set(inputs.filter(isView).map(({ value }) => value));
    const unread = between.filter((output) => !lastReader.has(output));
    for (const value of [...unread, ...[...read].filter((each) => lastReader.get(each) === index)]) {
      const buffer = held.get(value);
      if (buffer === undefined) continue;
      const kind = kindOf(value);
      free.set(kind, [...(free.get(kind) ?? []), buffer]);
    }
  }
  return buffers;
}

function lastReaders(operations: readonly Operation[]): ReadonlyMap<Value, number> {
  const lastReader = new Map<Value, number>();
  for (const [index, { inputs }] of operations.entries()) {
    for (const input of inputs) if (isView(input)) lastReader.set(input.value, index);
  }
  return lastReader;
}

const kindOf = ({ shape, dtype }: Value): string => `${dtype} ${shape.join('x')}`;

function bytesOf({ shape, dtype }: Value): number {
  return BYTES[dtype] * shape.reduce((a, b) => a * b, 1);
}
