// What is computed in the memory of a result: the start of its additions, and nothing that anything else reads.
import { expect, it } from 'vitest';
import type { View } from '../../harness/tensor/onnx/graph.ts';
import { inPlace } from '../../harness/tensor/onnx/in-place.ts';
import { keep, OperationList, placeholder } from '../../harness/tensor/onnx/operation-list.ts';
import { plannedBytes } from '../../harness/tensor/onnx/plan-memory.ts';

const table = { shape: [6, 4], dtype: 'float32' } as const;
const flat = { shape: [2, 3, 4], dtype: 'float32' } as const;
const [rows, numbers] = [
  placeholder({ shape: [2, 4], dtype: 'float32' }),
  placeholder({ shape: [2, 4], dtype: 'int64' }),
];

function added(list: OperationList, start: View): View {
  const seen = { value: start.value, shape: table.shape };
  return list.op('ScatterElements', [seen, numbers, rows], table, { axis: 0, reduction: 'add' });
}

it('takes the start of a chain of additions, whatever its shape', () => {
  const list = new OperationList();
  const start = list.op('Exp', [placeholder(flat)], flat);
  const first = added(list, start);
  const result = added(list, first);
  keep([result]);
  const found = inPlace(list.operations);
  expect(found).toEqual(
    new Map([
      [first.value, result.value],
      [start.value, result.value],
    ]),
  );
  expect(plannedBytes(list.operations)).toBeGreaterThan(0);
  expect(plannedBytes(list.operations, found)).toBe(0);
});

it('leaves an input of the graph, and what has another reader, where they are', () => {
  const list = new OperationList();
  const start = list.op('Exp', [placeholder(table)], table);
  keep([added(list, placeholder(table)), added(list, start), list.op('Neg', [start], table)]);
  expect(inPlace(list.operations).size).toBe(0);
});

it('leaves what is a result itself, or leads to none', () => {
  const list = new OperationList();
  const result = list.op('Exp', [placeholder(table)], table);
  const between = added(list, list.op('Exp', [placeholder(table)], table));
  keep([result, added(list, result), list.op('Neg', [between], table)]);
  expect(inPlace(list.operations).size).toBe(0);
});
