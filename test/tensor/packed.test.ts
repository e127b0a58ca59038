// Packed weights in the backend's keeping, against the values that the Python package gguf makes of the same blocks.
import { beforeEach, describe, expect, it } from 'vitest';
import { InputError } from '../../harness/contracts/input-error.ts';
import { openGguf } from '../../harness/formats/gguf.ts';
import { pack } from '../../harness/formats/pack.ts';
import {
  capture,
  dequantize,
  hold,
  linear,
  lookUp,
  type PackedArrays,
  type PackedMatrix,
  partsOf,
  tf,
  useBackend,
} from '../../harness/tensor/index.ts';
import { fixturePath, readFixture } from '../fixtures.ts';

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

it('is refused where no backend can read it', () => {
  useBackend('cpu', { threads: 1 });
  expect(() => hold((CASES[1] as (typeof CASES)[1])[2]())).toThrow(InputError);
});

function dispose(matrix: PackedMatrix): void {
  for (const part of partsOf(matrix)) part.dispose();
}
