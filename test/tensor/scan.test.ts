// What is known of an operation that runs a body on slices: its products count, and so do its values and its cost.
import { expect, it } from 'vitest';
import { matrixFlops } from '../../harness/tensor/onnx/flops.ts';
import { bodyOf, type Operation, type Recorder, type Segment, type View } from '../../harness/tensor/onnx/graph.ts';
import { liveOperations } from '../../harness/tensor/onnx/lower.ts';
import { keep, OperationList, placeholder } from '../../harness/tensor/onnx/operation-list.ts';
import { plannedBytes } from '../../harness/tensor/onnx/plan-memory.ts';
import { recompute } from '../../harness/tensor/onnx/recompute.ts';
import { scanFrom } from '../../harness/tensor/onnx/subgraph.ts';

const [SLICES, ROWS, INNER, COLUMNS] = [5, 4, 96, 3];
const matrix = (...shape: number[]) => ({ shape, dtype: 'float32' }) as const;

const multiplied = (graph: Recorder, [left]: readonly View[], [right]: readonly View[]) =>
  graph.op('MatMul', [left as View, right as View], matrix(ROWS, COLUMNS));
const first = (graph: Recorder, [left]: readonly View[], [right]: readonly View[]) =>
  graph.op('First', [left as View, right as View], matrix(ROWS, COLUMNS));

/** exp of `each` of a matrix and of slices, added up over the slices; one more operation reads the sum. */
function recorded(each: typeof multiplied, segment?: Segment): Operation[] {
  const list = new OperationList();
  const parts = {
    shared: [placeholder(matrix(ROWS, INNER))],
    states: [placeholder(matrix(ROWS, COLUMNS))],
    slices: [placeholder(matrix(SLICES, INNER, COLUMNS))],
  };
  const { states } = scanFrom(list, parts, (graph, { shared, states: [sum], slices }) => {
    const exponentials = graph.op('Exp', [each(graph, shared, slices)], matrix(ROWS, COLUMNS));
    return { states: [graph.op('Add', [sum as View, exponentials], matrix(ROWS, COLUMNS))], slices: [] };
  });
  keep([list.op('Neg', states, matrix(ROWS, COLUMNS))]);
  return list.operations.map((operation) => (operation.type === 'Scan' ? { ...operation, segment } : operation));
}

it('counts the products of every slice', () => {
  expect(matrixFlops(recorded(multiplied))).toBe(SLICES * 2 * ROWS * INNER * COLUMNS);
  expect(matrixFlops(recorded(first))).toBe(0);
});

it('plans the memory of the body while it runs', () => {
  const [left, sum] = [4 * ROWS * INNER, 4 * ROWS * COLUMNS];
  // Around the body what it gives: the shared matrix again and the sum. In it the product and its exponential.
  expect(plannedBytes(recorded(multiplied))).toBe(left + sum + 2 * sum);
});

it('computes one again where it is cheap, and not where it has products', () => {
  const scans = (each: typeof multiplied) =>
    recompute(recorded(each, { result: undefined }), 'cheap').filter(({ type }) => type === 'Scan').length;
  expect(scans(multiplied)).toBe(1);
  expect(scans(first)).toBe(2);
});

it('gives only the slices that are read, however often some go', () => {
  const list = new OperationList();
  const names = ['Abs', 'Exp', 'Neg'];
  const parts = { shared: [], states: [placeholder(matrix(ROWS))], slices: [placeholder(matrix(SLICES, ROWS))] };
  const { slices } = scanFrom(list, parts, (graph, { states: [sum], slices: [row] }) => ({
    states: [graph.op('Add', [sum as View, row as View], matrix(ROWS))],
    slices: names.map((name) => graph.op(name, [row as View], matrix(ROWS))),
  }));
  const computed = (operations: readonly Operation[]) => {
    const [scan] = operations as [Operation];
    return [scan.outputs.length, bodyOf(scan)?.graph.nodes.map(({ type }) => type)];
  };
  keep(slices.slice(1));
  const fewer = liveOperations(list.operations);
  expect(computed(fewer)).toEqual([3, ['Add', 'Exp', 'Neg']]);
  (slices[1] as View).value.refs = 0;
  expect(computed(liveOperations(fewer))).toEqual([2, ['Add', 'Neg']]);
});
