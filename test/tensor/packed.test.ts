// Packed weights in the backend's keeping, against the values that the Python package gguf makes of the same blocks.
import { beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { openGguf } from '../../harness/formats/gguf.ts';
import { pack } from '../../harness/formats/pack.ts';
import { streamsOf } from '../../harness/random/streams.ts';
import {
  capture,
  dequantize,
  hold,
  linear,
  linearCrossEntropy,
  lookUp,
  type PackedArrays,
  type PackedMatrix,
  partsOf,
  tf,
  useBackend,
} from '../../harness/tensor/index.ts';
import { PACKED_BLOCK, vocabularyBlock } from '../../harness/tensor/ops/linear-cross-entropy.ts';
import { fixturePath, largestDifference, readFixture } from '../fixtures.ts';

interface Golden {
  readonly source: readonly number[];
  readonly values: readonly number[];
}

const SHAPE = [2, 64] as const;
const golden = readFixture<Record<string, Golden>>('gguf/types.json');
const file = openGguf(fixturePath('gguf/types.gguf'));
const CASES = [
  ['f16', 'F16', () => pack(Float32Array.from(golden.F16?.source ?? []), SHAPE, 'f16', 'w')],
  ['q8', 'Q8_0', () => file.readPacked?.('Q8_0', 'q8') as PackedArrays],
  ['q4', 'Q4_1', () => file.readPacked?.('Q4_1', 'q4') as PackedArrays],
] as const;

beforeEach(() => useBackend('onnx', { threads: 2 }));

describe.each(CASES)('%s', (_precision, type, read) => {
  const values = golden[type]?.values ?? [];

  it('has the values of the package, bit for bit, whole and by rows', () => {
    const matrix = hold(read());
    expect(Array.from(tf.tidy(() => dequantize(matrix).dataSync()))).toEqual(values);
    const rows = tf.tidy(() => lookUp(matrix, tf.tensor1d([1, 0, 1], 'int32')).arraySync());
    expect(rows).toEqual([values.slice(64), values.slice(0, 64), values.slice(64)]);
    dispose(matrix);
  });

  it('lies in memory as it came, and no copy is part of what is captured', () => {
    const arrays = read();
    const matrix = hold(arrays);
    const program = capture(() => [dequantize(matrix)]);
    arrays.codes.fill(0);
    const [dense] = program.run() as [tf.Tensor];
    expect(Array.from(dense.dataSync())).not.toEqual(values);
    expect(matrix.codes.dataSync()).toEqual(new Uint8Array(arrays.codes.byteLength));
    dense.dispose();
    dispose(matrix);
  });

  it('is a weight whose gradients are those of its values', () => {
    const matrix = hold(read());
    const weight = tf.tensor2d(Float32Array.from(values), [...SHAPE]);
    const x = tf.tensor2d(
      Float32Array.from({ length: 3 * 64 }, (_, i) => Math.sin(i)),
      [3, 64],
    );
    const delta = {
      a: tf.variable(tf.cos(x)) as tf.Tensor2D,
      b: tf.variable(tf.ones([2, 3])) as tf.Tensor2D,
      scale: 0.5,
    };
    const gradients = (of: Parameters<typeof linear>[1]) =>
      tf.tidy(() =>
        tf
          .grads((input, a, b) =>
            tf.sum(
              tf.square(
                linear(input as tf.Tensor2D, of, undefined, { ...delta, a: a as tf.Tensor2D, b: b as tf.Tensor2D }),
              ),
            ),
          )([x, delta.a, delta.b])
          .map((each) => Array.from(each.dataSync())),
      );
    expect(gradients({ dense: () => dequantize(matrix) })).toEqual(gradients(weight));
    dispose(matrix);
  });
});

it.each(['f16', 'q8', 'q4'] as const)('is a vocabulary of which the loss reads block after block: %s', (precision) => {
  const [rows, vocab, hidden] = [1024, 4160, 32];
  expect(vocabularyBlock(rows, vocab, PACKED_BLOCK)).toBe(vocab / 4);
  const draw = streamsOf(0)('vocabulary');
  const table = Float32Array.from({ length: vocab * hidden }, () => draw.uniform(-2, 2));
  const matrix = hold(pack(table, [vocab, hidden], precision, 'w'));
  const labels = Int32Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? -100 : draw.integer(vocab)));
  const x = tf.tensor2d(
    Float32Array.from({ length: rows * hidden }, () => draw.uniform(-1, 1)),
    [rows, hidden],
  );
  const lossAndGradient = (weight: tf.Tensor2D | PackedMatrix) =>
    tf.tidy(() => {
      const loss = (states: tf.Tensor) =>
        linearCrossEntropy(states as tf.Tensor2D, weight, tf.tensor1d(labels, 'int32'), -100);
      const { value, grad } = tf.valueAndGrad(loss)(x);
      return [...value.dataSync(), ...grad.dataSync()];
    });
  const expected = tf.tidy(() => lossAndGradient(dequantize(matrix)));
  expect(largestDifference(lossAndGradient(matrix), expected)).toBeLessThan(1e-5);
  expect(
    largestDifference(
      expected.slice(1),
      expected.slice(1).map(() => 0),
    ),
  ).toBeGreaterThan(1e-3);
  dispose(matrix);
});

it('is refused where no backend can read it', () => {
  useBackend('cpu', { threads: 1 });
  expect(() => hold((CASES[1] as (typeof CASES)[1])[2]())).toThrow(InputError);
});

function dispose(matrix: PackedMatrix): void {
  for (const part of partsOf(matrix)) part.dispose();
}
