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

it('takes over the buffer of a dead value of the same shape, but not that of its own input', () => {
  const chain = record((list, x) => {
    let y = list.op('Add', [x, x], output);
    for (let i = 0; i < 5; i++) y = list.op('Exp', [y], output);
    return list.op('Add', [y, x], output);
  });
  expect(chain).toBe(2 * BYTES);
});

it('holds a value until its last reader', () => {
  const held = record((list, x) => {
    const first = list.op('Transpose', [x], output);
    const second = list.op('Transpose', [first], output);
    const third = list.op('Transpose', [second], output);
    return list.op('Add', [list.op('Mul', [third, third], output), first], output);
  });
  // first, with second and third; the product takes second's.
  expect(held).toBe(3 * BYTES);
});

it('keeps a buffer from its first value to its last, also while none is in it', () => {
  const half = { shape: [SIZE / 2], dtype: 'float32' } as const;
  const gap = record((list, x) => {
    const small = list.op('Slice', [list.op('Exp', [x], output)], half);
    // Nothing of the first shape is needed here, yet its buffer waits for the last one.
    const other = list.op('Neg', [list.op('Neg', [list.op('Neg', [small], half)], half)], half);
    const wide = list.op('Expand', [other], output);
    return list.op('Add', [wide, x], output);
  });
  expect(gap).toBe(BYTES + 2 * (BYTES / 2));
});
