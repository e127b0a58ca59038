// Graphs inside a graph: the body that Scan runs on one slice after another.
import type { Body, Graph, Recorder, Value, View } from './graph.ts';
import { lower } from './lower.ts';
import { keep, OperationList, placeholder } from './operation-list.ts';

/** Values of the graph around a body that the body reads, by their names there. */
export type Outer = ReadonlyMap<Value, string>;

/**
 * Records operations that run on one slice after another: `inputs` and the results have an axis more in front.
 * @param inputs of shape [slices, ...slice]
 * @param record gives, of slices, slices of the results
 */
export function scan(
  graph: Recorder,
  inputs: readonly View[],
  record: (graph: Recorder, slices: readonly View[]) => readonly View[],
  outer: Outer = new Map(),
): readonly View[] {
  const none = { shared: [], states: [] };
  const body = (inner: Recorder, parts: ScanParts) => ({ states: [], slices: record(inner, parts.slices) });
  return scanFrom(graph, { ...none, slices: inputs }, body, outer).slices;
}

/** What a body reads, or around it what a Scan does. */
export interface ScanParts {
  /** The same for every slice. */
  readonly shared: readonly View[];
  /** What the slice before gave; at first what the Scan is given. */
  readonly states: readonly View[];
  /** In the body a slice, around it [slices, ...slice]. */
  readonly slices: readonly View[];
}

/** What a body gives: states for the next slice, and slices. Around it: the last states, and [slices, ...slice]. */
export type ScanResults = Pick<ScanParts, 'states' | 'slices'>;

/** Records operations that run on one slice after another and hand states of fixed shapes on. */
export function scanFrom(
  graph: Recorder,
  { shared, states, slices }: ScanParts,
  record: (graph: Recorder, parts: ScanParts) => ScanResults,
  outer: Outer = new Map(),
): ScanResults {
  const count = slices[0]?.shape[0] ?? 0;
  const carried = shared.length + states.length;
  const whole = ({ value, shape }: View) => placeholder({ shape, dtype: value.dtype });
  type Select = (outputs: readonly View[]) => readonly View[];
  const build = (select: Select): { readonly body: Body; readonly outputs: readonly View[] } => {
    const given = {
      shared: shared.map(whole),
      states: states.map(whole),
      slices: slices.map(({ value, shape }) => placeholder({ shape: shape.slice(1), dtype: value.dtype })),
    };
    const list = new OperationList();
    const found = record(list, given);
    // To ONNX what is shared is a state that stays as it is.
    const same = given.shared.map(({ value, shape }) => list.op('Identity', [{ value, shape }], value));
    const inputs = [...given.shared, ...given.states, ...given.slices];
    const outputs = select([...same, ...found.states, ...found.slices]);
    keep(outputs);
    const graph = inOrder(lower(list.operations, { prefix: 'body_', outer }), inputs, outputs);
    const keeping: Body['keeping'] = (kept) => build((all) => kept.map((i) => select(all)[i] as View)).body;
    return { body: { graph, operations: list.operations, states: carried, keeping }, outputs };
  };
  const { body, outputs } = build((all) => all);
  const results = graph.ops(
    'Scan',
    [...shared, ...states, ...slices],
    outputs.map(({ value, shape }, i) => ({ shape: i < carried ? shape : [count, ...shape], dtype: value.dtype })),
    { body, num_scan_inputs: slices.length },
  );
  return { states: results.slice(shared.length, carried), slices: results.slice(carried) };
}

/** The graph with its inputs and outputs in the order given; an input that it does not read is declared all the same. */
function inOrder(graph: Graph, inputs: readonly View[], outputs: readonly View[]): Graph {
  const inputOf = ({ value }: View, i: number) =>
    graph.inputs.find((input) => input.value === value) ?? { name: `body_unread${i}`, value };
  const outputOf = ({ value }: View) => {
    const found = graph.outputs.find((output) => output.value === value);
    if (found === undefined) throw new Error('a body must compute each of its outputs');
    return found;
  };
  return { ...graph, inputs: inputs.map(inputOf), outputs: outputs.map(outputOf) };
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
  return inChunksEach(graph, inputs, (inner, slices) => [record(inner, slices)])[0] as View;
}

/** The same for chains with several results, all of the inputs' shape. */
export function inChunksEach(
  graph: Recorder,
  inputs: readonly [View, ...View[]],
  record: (graph: Recorder, inputs: readonly View[]) => readonly View[],
): readonly View[] {
  const { shape } = inputs[0];
  const [rows = 1] = shape;
  const width = shape.reduce((a, b) => a * b, 1) / rows;
  const tables = inputs.map(({ value }): View => ({ value, shape: [rows, width] }));
  return inRowChunks(graph, tables as [View, ...View[]], record).map(({ value }) => ({ value, shape }));
}

/**
 * The same for operations on whole rows, of tables [rows, width] whose widths may differ, the first being the widest.
 * Results are tables of as many rows.
 */
export function inRowChunks(
  graph: Recorder,
  inputs: readonly [View, ...View[]],
  record: (graph: Recorder, inputs: readonly View[]) => readonly View[],
): readonly View[] {
  const [all, widest] = inputs[0].shape as [number, number];
  const rows = graph.inSlices ? chunkRows(all, all * widest) : undefined;
  if (rows === undefined) return record(graph, inputs);
  const chunks = inputs.map(({ value, shape }): View => ({ value, shape: [all / rows, rows, shape[1] as number] }));
  return scan(graph, chunks, record).map(({ value, shape }) => ({ value, shape: [all, shape[2] as number] }));
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
