// Adds tensors to others in the memory of those: one graph whose outputs are its inputs' memory.
import type * as tf from '@tensorflow/tfjs';
import type { OnnxBackend } from './backend.ts';
import type { Value } from './graph.ts';
import { lower } from './lower.ts';
import { keep, OperationList, placeholder } from './operation-list.ts';
import { runSession, type Tensors } from './runtime.ts';

export function addInPlace(backend: OnnxBackend, sums: readonly tf.Tensor[], terms: readonly tf.Tensor[]): void {
  const list = new OperationList();
  const inputs = new Map<string, Value>();
  const input = (name: string, { size }: tf.Tensor) => {
    const view = placeholder({ shape: [size], dtype: 'float32' });
    inputs.set(name, view.value);
    return view;
  };
  const results = sums.map((sum, i) => {
    const operands = [input(`sum${i}`, sum), input(`term${i}`, terms[i] as tf.Tensor)];
    const [result] = keep([list.op('Add', operands, { shape: [sum.size], dtype: 'float32' })]);
    return result as Value;
  });
  const graph = lower(list.operations, { inputs });
  const feeds: Tensors = {};
  const fetches: Tensors = {};
  for (const [i, sum] of sums.entries()) {
    const term = backend.memoryOf(terms[i] as tf.Tensor);
    const memory = backend.storage.tensor('float32', backend.memoryToUpdate(sum), [sum.size]);
    feeds[`term${i}`] = backend.storage.tensor('float32', term, [sum.size]);
    feeds[`sum${i}`] = memory;
    fetches[graph.outputs.find(({ value }) => value === results[i])?.name as string] = memory;
  }
  runSession(backend.compile(graph), feeds, fetches);
}
