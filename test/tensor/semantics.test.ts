// What tfjs's kernels make of values at the edges, where ONNX's operators differ: against tfjs's own cpu backend.
import { afterAll, describe, expect, it } from 'vitest';
import { tf, useBackend } from '../../harness/tensor/index.ts';

const { NaN: NAN, POSITIVE_INFINITY: INF } = Number;
const FLOATS = [NAN, INF, -INF, 0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 3.7, -3.7, 1e-8, 1e10, -1e10, 100, -7, 3];
const INTEGERS = [0, 1, -1, 2, -3, 7, -7, 100, 2 ** 31 - 1, -(2 ** 31)];

const floats = () => tf.tensor1d(FLOATS);
const integers = () => tf.tensor1d(INTEGERS, 'int32');
/** Every value against every other. */
const pairs = (of: () => tf.Tensor1D): [tf.Tensor, tf.Tensor] => {
  const x = of();
  return [tf.reshape(x, [-1, 1]), tf.reshape(x, [1, -1])];
};
/** Among others than infinities and 10^10, where tfjs divides in 64 bits and ONNX Runtime in 32. */
const tame = () => tf.tensor1d(FLOATS.filter((x) => Math.abs(x) < 1e9 && (x === 0 || Math.abs(x) > 1e-6)));
const empty = (dtype: 'float32' | 'int32' = 'float32') => tf.zeros([0, 3], dtype);

const ROWS: Readonly<Record<string, () => tf.Tensor>> = {
  'float32 to int32 cuts off and wraps': () => tf.cast(floats(), 'int32'),
  'float32 to bool': () => tf.cast(floats(), 'bool'),
  'round, half to even': () => tf.round(floats()),
  'round of integers': () => tf.round(integers()),
  'sign of what is not a number': () => tf.sign(floats()),
  'step, which keeps it': () => tf.step(floats(), 0.3),
  relu6: () => tf.relu6(floats()),
  'clipByValue of integers': () => tf.clipByValue(integers(), -2.5, 6.5),
  'maximum, minimum': () => tf.stack([tf.maximum(...pairs(floats)), tf.minimum(...pairs(floats))]),
  'max along an axis': () => tf.max(tf.tensor2d([3, NAN, 2, 1], [2, 2]), 1),
  'max of infinities': () => tf.max(tf.tensor1d([-INF, -INF])),
  'argMax and what is not a number': () => tf.argMax(tf.tensor1d([3, NAN, 4, NAN])),
  log1p: () => tf.log1p(floats()),
  'log1p and expm1 near 0': () => tf.mul(tf.concat([tf.log1p([1e-6, -1e-6]), tf.expm1([1e-6, -1e-6])]), 1e6),
  'remainder of floats': () => tf.mod(...pairs(tame)),
  'remainder of integers': () => tf.mod(...pairs(integers)),
  'quotient of floats, rounded down': () => tf.floorDiv(...pairs(tame)),
  'quotient of integers, rounded down': () => tf.floorDiv(...pairs(integers)),
  'sum of integers wraps': () => tf.add(...pairs(integers)),
  'mean of integers': () => tf.mean(tf.tensor1d([1, 2, 4], 'int32')),
  'all, any, sum and product of booleans': () => {
    const x = tf.tensor2d([1, 0, 1, 1], [2, 2], 'bool');
    const results = [tf.all(x, 1), tf.any(x, 1), tf.sum(x, 1), tf.prod(x, 1), tf.max(x, 1)];
    return tf.stack(results.map((result) => tf.cast(result, 'int32')));
  },
  'cumsum, exclusive and reverse': () => tf.cumsum(tf.tensor2d([1, 2, 3, 4], [2, 2]), 0, true, true),
  'topk of equals': () => tf.topk(tf.tensor1d([1, 3, 3, 2, 3]), 4).indices,
  'oneHot of indices that there are not': () => tf.oneHot(tf.tensor1d([1, -1, 3], 'int32'), 3),
  'gather in batches': () =>
    tf.gather(tf.reshape(tf.range(0, 24), [2, 3, 4]), tf.tensor2d([2, 0, 1, 1], [2, 2], 'int32'), 2, 1),
  'gatherND of rows': () =>
    tf.gatherND(tf.reshape(tf.range(0, 12), [2, 2, 3]), tf.tensor2d([1, 0, 0, 1], [2, 2], 'int32')),
  'scatterND adds what falls together': () =>
    tf.scatterND(tf.tensor2d([1, 3, 1], [3, 1], 'int32'), tf.tensor1d([1, 2, 4]), [5]),
  'unsortedSegmentSum of computed segments': () =>
    tf.unsortedSegmentSum(tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]), tf.neg(tf.tensor1d([0, 1, -1], 'int32')), 2),
  'stridedSlice backwards': () => tf.stridedSlice(tf.reshape(tf.range(0, 12), [3, 4]), [2, 3], [-4, 0], [-1, -2]),
  'mirrorPad, both ways': () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
    const around: [number, number][] = [
      [1, 1],
      [2, 1],
    ];
    return tf.stack([tf.mirrorPad(x, around, 'reflect'), tf.mirrorPad(x, around, 'symmetric')]);
  },
  'einsum over two axes': () => tf.einsum('bij,jkb->ik', tf.reshape(tf.range(0, 12), [2, 2, 3]), tf.ones([3, 2, 2])),
  'matMul of integers, both transposed': () =>
    tf.matMul(
      tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2], 'int32'),
      tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3], 'int32'),
      true,
      true,
    ),
  'convolutions, strided and dilated': () => {
    const x = tf.reshape(tf.range(0, 60), [1, 5, 6, 2]) as tf.Tensor4D;
    const filter = tf.reshape(tf.range(0, 24), [2, 3, 2, 2]) as tf.Tensor4D;
    const all = [
      tf.conv2d(x, filter, 2, 'same'),
      tf.conv2d(x, filter, 1, 'valid', 'NHWC', 2),
      tf.depthwiseConv2d(x, filter, 2, 1),
    ];
    return tf.concat(all.map((y) => tf.reshape(y, [-1])));
  },
  'the gradients of a convolution that leaves rows out': () => {
    const x = tf.reshape(tf.range(0, 24), [1, 4, 6, 1]) as tf.Tensor4D;
    const filter = tf.reshape(tf.range(0, 4), [1, 2, 1, 2]) as tf.Tensor4D;
    const [dx, dFilter] = tf.grads((a, b) => tf.square(tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 2, 'valid')))([
      x,
      filter,
    ]);
    return tf.concat([tf.reshape(dx as tf.Tensor, [-1]), tf.reshape(dFilter as tf.Tensor, [-1])]);
  },
  'pools, whose borders do not count': () => {
    const x = tf.reshape(tf.range(-15, 15), [1, 5, 6, 1]) as tf.Tensor4D;
    return tf.stack([tf.maxPool(x, 3, 2, 'same'), tf.avgPool(x, 3, 2, 'same')]);
  },
  'sums of nothing': () => tf.concat([tf.sum(empty(), 0), tf.reshape(tf.sum(empty('int32')), [1])]),
  'a product of matrices without a row': () => tf.matMul(empty() as tf.Tensor2D, tf.ones([3, 2])),
  'a product over an axis of length 0': () => tf.matMul(empty() as tf.Tensor2D, tf.zeros([0, 2]), true),
  'concat, tile, reverse, pad of nothing': () =>
    tf.pad(tf.reverse(tf.tile(tf.concat([empty(), empty()]), [2, 2]), 0), [
      [0, 1],
      [1, 0],
    ]),
  'segments of nothing': () => tf.unsortedSegmentSum(empty() as tf.Tensor2D, tf.zeros([0], 'int32') as tf.Tensor1D, 2),
};

function evaluate(backend: 'onnx' | 'cpu', fn: () => tf.Tensor) {
  useBackend(backend, { threads: 1 });
  return tf.tidy(() => {
    const tensor = fn();
    return { shape: tensor.shape, dtype: tensor.dtype, values: Array.from(tensor.dataSync<'float32'>()) };
  });
}

afterAll(() => useBackend('onnx', { threads: 1 }));

describe.each(Object.entries(ROWS))('%s', (_name, fn) => {
  it('is as tfjs has it', () => {
    const [ours, theirs] = [evaluate('onnx', fn), evaluate('cpu', fn)];
    expect([ours.dtype, ours.shape]).toEqual([theirs.dtype, theirs.shape]);
    const wrong = ours.values.filter((value, i) => !close(value, theirs.values[i] as number));
    expect(wrong).toEqual([]);
    expect(ours.values.length).toBe(theirs.values.length);
  });
});

/** Within a rounding error of float32, infinities and what is not a number being themselves. */
function close(a: number, b: number): boolean {
  return Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-6 * Math.max(1e-3, Math.abs(b));
}
