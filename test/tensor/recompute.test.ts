// What is computed again for a gradient: which operations, and that nothing but memory changes.
import { expect, it } from 'vitest';
import type { Operation, Segment, View } from '../../harness/tensor/onnx/graph.ts';
import { keep, placeholder } from '../../harness/tensor/onnx/operation-list.ts';
import { plannedBytes } from '../../harness/tensor/onnx/plan-memory.ts';
import { type Recomputed, recompute } from '../../harness/tensor/onnx/recompute.ts';

const matrix = { shape: [256, 256], dtype: 'float32' } as const;

/** Two layers y = gelu(x W) V, and what the gradients of W and V read. */
function layers(): Operation[] {
  const operations: Operation[] = [];
  const record = (segment: Segment | undefined, type: string, ...inputs: View[]): View => {
    const view = placeholder(matrix);
    operations.push({ type, attributes: {}, inputs, outputs: [view.value], segment });
    return view;
  };
  const weight = placeholder(matrix);
  const forward = (x: View) => {
    const segment: Segment = { result: undefined };
    const up = record(segment, 'Gemm', x, weight);
    const active = record(segment, 'com.microsoft:Gelu', up);
    const result = record(segment, 'Gemm', active, weight);
    segment.result = result.value;
    return { x, up, active, result };
  };
  const first = forward(placeholder(matrix));
  const second = forward(first.result);
  const gradients: View[] = [];
  let dy = second.result;
  for (const { x, up, active } of [second, first]) {
    gradients.push(record(undefined, 'GradientOfV', dy, active));
    const dUp = record(undefined, 'GradientOfGelu', dy, up);
    gradients.push(record(undefined, 'GradientOfW', dUp, x));
    dy = record(undefined, 'GradientOfX', dUp, weight);
  }
  keep(gradients);
  return operations;
}

const typesOf = (operations: readonly Operation[]) => operations.map(({ type }) => type.replace('com.microsoft:', ''));
const FORWARD = ['Gemm', 'Gelu', 'Gemm', 'Gemm', 'Gelu', 'Gemm'];

it('computes a cheap operation again, from what is kept, just before it is read', () => {
  expect(typesOf(recompute(layers(), 'cheap'))).toEqual([
    ...FORWARD,
    ...['Gelu', 'GradientOfV', 'GradientOfGelu', 'GradientOfW', 'GradientOfX'],
    ...['Gelu', 'GradientOfV', 'GradientOfGelu', 'GradientOfW', 'GradientOfX'],
  ]);
});

it('with checkpointing computes all of a segment again but its result, and not what nobody reads', () => {
  expect(typesOf(recompute(layers(), 'all'))).toEqual([
    ...FORWARD,
    ...['Gemm', 'Gelu', 'GradientOfV', 'GradientOfGelu', 'GradientOfW', 'GradientOfX'],
    ...['Gemm', 'Gelu', 'GradientOfV', 'GradientOfGelu', 'GradientOfW', 'GradientOfX'],
  ]);
});

it('leaves a cheap operation alone whose input would have to be kept for it', () => {
  const operations = layers().filter(({ type }) => type !== 'GradientOfGelu' && type !== 'GradientOfW');
  expect(typesOf(recompute(operations, 'cheap')).filter((type) => type === 'Gelu')).toHaveLength(2);
});

it('takes less memory', () => {
  const planned = (recomputed: Recomputed) => plannedBytes(recompute(layers(), recomputed));
  expect(planned('cheap')).toBeLessThan(plannedBytes(layers()));
  expect(planned('all')).toBeLessThan(planned('cheap'));
});
