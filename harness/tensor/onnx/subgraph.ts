// Graphs inside a graph: the body that Scan runs on one slice after another.
import type { Attributes, Input, Operation, OutputSpec, Recorder, Value, View } from './graph.ts';
import { type Graph, lower } from './lower.ts';

/** Records a body: its inputs in the order of `inputs`, its outputs in that of what `record` gives. */
export function subgraph(
  inputs: readonly OutputSpec[],
  record: (graph: Recorder, inputs: readonly View[]) => readonly View[],
): Graph {
  const operations: Operation[] = [];
  const ops = (
    type: string,
    operands: readonly Input[],
    outputs: readonly OutputSpec[],
    attributes: Attributes = {},
  ) => {
    const values = outputs.map(fresh);
    operations.push({ type, attributes, inputs: operands, outputs: values });
    return values.map(viewOf);
  };
  const recorder: Recorder = {
    ops,
    op: (type, operands, output, attributes) => ops(type, operands, [output], attributes)[0] as View,
    // A slice of something, another each time.
    known: () => undefined,
  };
  const given = inputs.map(fresh);
  const results = record(recorder, given.map(viewOf));
  for (const { value } of results) value.refs = 1;
  const graph = lower(operations, { prefix: 'body_' });
  const named = <Item extends { readonly value: Value }>(items: readonly Item[], value: Value): Item => {
    const found = items.find((item) => item.value === value);
    if (found === undefined) throw new Error('a body must use each of its inputs and compute each of its outputs');
    return found;
  };
  return {
    ...graph,
    inputs: given.map((value) => named(graph.inputs, value)),
    outputs: results.map(({ value }) => named(graph.outputs, value)),
  };
}

function fresh({ shape, dtype }: OutputSpec): Value {
  return { shape, dtype, refs: 0, buffer: undefined, pooled: false };
}

function viewOf(value: Value): View {
  return { value, shape: value.shape };
}

/** Elements that a chain of operations handles at a time: a few such arrays stay in a core's cache. */
const CHUNK = 262_144;
/** Below this the overhead of a body's run costs more than the cache saves. */
const SMALLEST_CHUNK = 65_536;

/**
 * Records a chain of elementwise operations on arrays of equal shape [rows, ...] so that it runs over cache-sized
 * chunks of rows: over large arrays each operation would wait for memory.
 */
export function inChunks(
  graph: Recorder,
  inputs: readonly [View, ...View[]],
  record: (graph: Recorder, inputs: readonly View[]) => View,
): View {
  const { shape } = inputs[0];
  const size = shape.reduce((a, b) => a * b, 1);
  const rows = chunkRows(shape[0] ?? 1, size);
  if (rows === undefined) return record(graph, inputs);
  const chunk = { shape: [rows, size / (shape[0] as number)], dtype: 'float32' } as const;
  const scanned = [(shape[0] as number) / rows, ...chunk.shape];
  const body = subgraph(
    inputs.map(() => chunk),
    (inner, slices) => [record(inner, slices)],
  );
  const output = graph.op(
    'Scan',
    inputs.map(({ value }) => ({ value, shape: scanned })),
    { shape: scanned, dtype: 'float32' },
    { body: { graph: body }, num_scan_inputs: inputs.length },
  );
  return { value: output.value, shape };
}

/** Rows of a chunk, a divisor of `rows`; undefined where chunks would not pay. */
function chunkRows(rows: number, size: number): number | undefined {
  if (size <= CHUNK) return undefined;
  const width = size / rows;
  for (let chunk = Math.floor(CHUNK / width); chunk * width >= SMALLEST_CHUNK; chunk--) {
    if (rows % chunk === 0) return chunk;
  }
  return undefined;
}
