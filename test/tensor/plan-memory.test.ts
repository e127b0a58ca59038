// The planned memory of a graph, against values counted by hand.
import { expect, it } from 'vitest';
import { keep, OperationList, placeholder } from '../../harness/tensor/onnx/operation-list.ts';
import { plannedBytes } from '../../harness/tensor/onnx/plan-memory.ts';

const SIZE = 100;
const BYTES = 4 * SIZE;
const output = { shape: [SIZE], dtype: 'float32' } as const;

function record(make: (list: OperationList, x: ReturnType<typeof placeholder>) => ReturnType<typeof placeholder>) {
  const list = new OperationList();
  keep([make(list, placeholder(output))]);
  return plannedBytes(list.operations);
}

it('counts nothing for inputs and outputs', () => {
  expect(record((list, x) => list.op('Add', [x, x], output))).toBe(0);
});

it('reuses the memory of a value that is read for the last time', () => {
  const chain = record((list, x) => {
    let y = list.op('Add', [x, x], output);
    for (let i = 0; i < 5; i++) y = list.op('Exp', [y], output);
    return list.op('Add', [y, x], output);
  });
  expect(chain).toBe(BYTES);
});

it('holds a value until its last reader, and two at a time where nothing is in place', () => {
  const held = record((list, x) => {
    const first = list.op('Transpose', [x], output);
    const second = list.op('Transpose', [first], output);
    const third = list.op('Transpose', [second], output);
    return list.op('Add', [list.op('Mul', [third, third], output), first], output);
  });
  // first, with second and third while the one becomes the other.
  expect(held).toBe(3 * BYTES);
});
