// The gradient of a table that is looked up and multiplied with: the same, with nothing added to zeros on the way.
import { beforeAll, expect, it, vi } from 'vitest';
import { capture, tf, useBackend } from '../../harness/tensor/index.ts';
import { OnnxBackend } from '../../harness/tensor/onnx/backend.ts';

beforeAll(() => useBackend('onnx', { threads: 1 }));

const [ROWS, WIDTH] = [5, 3];
const ids = [4, 0, 4, 2];

function gradientOf(loss: (table: tf.Tensor2D) => tf.Tensor): { values: number[]; types: string[]; inputs: number } {
  const table = tf.variable(
    tf.tensor2d(
      Float32Array.from({ length: ROWS * WIDTH }, (_, i) => i / 7),
      [ROWS, WIDTH],
    ),
  );
  const gradient = () => tf.grad((x: tf.Tensor) => tf.sum(loss(x as tf.Tensor2D)))(table);
  const compiled = vi.spyOn(OnnxBackend.prototype, 'compile');
  const program = capture(() => [gradient()]);
  const [graph] = compiled.mock.calls[0] as Parameters<OnnxBackend['compile']>;
  vi.restoreAllMocks();
  const twice = [program.run(), program.run()].map(([result]) => Array.from((result as tf.Tensor).dataSync()));
  expect(twice[1]).toEqual(twice[0]);
  const [expected] = [gradient().dataSync()];
  for (const [i, value] of (twice[0] as number[]).entries()) expect(value).toBeCloseTo(expected[i] as number, 5);
  table.dispose();
  return { values: twice[0] as number[], types: graph.nodes.map(({ type }) => type), inputs: graph.inputs.length };
}

const looked = (table: tf.Tensor2D) => tf.square(tf.gather(table, tf.tensor1d(ids, 'int32')));
const multiplied = (table: tf.Tensor2D) => tf.square(tf.matMul(tf.ones([2, ROWS]), table));
const count = (types: readonly string[], type: string) => types.filter((each) => each === type).length;

it('of a look-up alone begins from zeros', () => {
  const { types, values } = gradientOf((table) => tf.sum(looked(table)));
  expect(count(types, 'ScatterElements')).toBe(1);
  // Rows 1 and 3 are not looked up.
  expect(values.slice(WIDTH, 2 * WIDTH)).toEqual([0, 0, 0]);
});

it('of both begins from the gradient of the product', () => {
  const { types } = gradientOf((table) => tf.add(tf.sum(looked(table)), tf.sum(multiplied(table))));
  expect(count(types, 'ScatterElements')).toBe(1);
  expect(count(types, 'Add')).toBe(0);
});

it('of two look-ups adds both to it', () => {
  const { types } = gradientOf((table) =>
    tf.addN([tf.sum(looked(table)), tf.sum(multiplied(table)), tf.sum(looked(table))]),
  );
  expect(count(types, 'ScatterElements')).toBe(2);
});
