// The onnx backend against tfjs's own cpu backend: values and gradients of the same functions.
import { afterAll, describe, expect, it } from 'vitest';
import { streamsOf } from '../../harness/random/streams.ts';
import {
  type AdamwScalars,
  adamw,
  attentionContext,
  attentionWeights,
  gelu,
  geluTanh,
  layerNorm,
  linear,
  rmsNorm,
  rotary,
  siluGate,
  softmaxCrossEntropy,
  tf,
  useBackend,
} from '../../harness/tensor/index.ts';
import { largestDifference } from '../fixtures.ts';

type Fn = (x: tf.Tensor2D, y: tf.Tensor2D) => tf.Tensor;
const vector = (y: tf.Tensor2D, row: number) => tf.reshape(tf.slice(y, [row, 0], [1, -1]), [-1]) as tf.Tensor1D;

/** x and y are [4, 6]; each function is differentiable in x. */
const FUNCTIONS: Readonly<Record<string, Fn>> = {
  'matMul, second transposed': (x, y) => tf.matMul(x, y, false, true),
  'matMul, first transposed': (x, y) => tf.matMul(x, y, true, false),
  'batched matMul': (x, y) => tf.matMul(tf.reshape(x, [2, 2, 6]), tf.reshape(y, [2, 6, 2])),
  'broadcast add, mul, sub, div': (x, y) =>
    tf.div(tf.sub(tf.mul(tf.add(x, vector(y, 0)), y), 1), tf.add(tf.square(y), 2)),
  'maximum, minimum': (x, y) => tf.minimum(tf.maximum(x, y), 0.5),
  'exp, log, sqrt, rsqrt': (x) => tf.add(tf.log(tf.add(tf.exp(x), 1)), tf.mul(tf.sqrt(tf.exp(x)), tf.rsqrt(tf.exp(x)))),
  'tanh, sigmoid, erf, relu': (x) => tf.add(tf.tanh(x), tf.mul(tf.sigmoid(x), tf.add(tf.erf(x), tf.relu(x)))),
  softmax: (x) => tf.square(tf.softmax(x)),
  logSoftmax: (x, y) => tf.mul(tf.logSoftmax(x), y),
  'sum, mean, max along axes': (x) => tf.add(tf.sum(x, 0), tf.add(tf.mean(x), tf.max(x, 1, true))),
  'gather with repeated rows': (x) => tf.square(tf.gather(x, tf.tensor1d([3, 0, 3, 3], 'int32'))),
  'slice, pad, concat': (x, y) =>
    tf.pad(tf.concat([tf.slice(x, [1, 2], [2, 3]), tf.slice(y, [0, 0], [2, 3])], 1), [
      [1, 0],
      [0, 2],
    ]),
  'stack, unstack, split': (x, y) => tf.concat([...tf.unstack(tf.stack([x, y], 1), 1), ...tf.split(x, 2, 1)], 1),
  'tile, transpose, reshape': (x) => tf.square(tf.reshape(tf.transpose(tf.tile(x, [2, 1])), [4, 12])),
  'where, cast, comparison': (x, y) =>
    tf.mul(tf.where(tf.greater(y, 0), x, tf.neg(x)), tf.cast(tf.less(y, 0.3), 'float32')),
  oneHot: (x) => tf.matMul(tf.oneHot(tf.tensor1d([1, 0, 3], 'int32'), 4) as tf.Tensor2D, x),
  clipByValue: (x) => tf.clipByValue(x, -0.4, 0.4),
  layerNorm: (x, y) => layerNorm(x, vector(y, 0), vector(y, 1), 1e-5),
  'layerNorm in its scale and bias': (x, y) => layerNorm(y, vector(x, 0), vector(x, 1), 1e-5),
  gelu: (x) => gelu(x),
  'gelu in chunks': (x) => tf.slice(gelu(tf.matMul(large(2048, 4), tf.matMul(x, large(6, 256)))), [7, 0], [2, 30]),
  rmsNorm: (x, y) => rmsNorm(x, vector(y, 0), 1e-5),
  'rmsNorm in its scale': (x, y) => rmsNorm(y, vector(x, 0), 1e-5),
  geluTanh: (x) => geluTanh(x),
  'siluGate in the gate': (x, y) => siluGate(x, y),
  'siluGate in the rest': (x, y) => siluGate(y, x),
  'siluGate in chunks': (x, y) =>
    tf.slice(siluGate(tf.matMul(large(2048, 4), tf.matMul(x, large(6, 256))), wide(y)), [7, 0], [2, 30]),
  'siluGate in chunks, in the rest': (x, y) => tf.slice(siluGate(wide(y), wide(x)), [7, 0], [2, 30]),
  rotary: (x, y) => rotary(tf.reshape(x, [2, 3, 1, 4]), angles(y), tf.sin(angles(y))),
  softmaxCrossEntropy: (x, y) => tf.mul(softmaxCrossEntropy(tf.add(x, y), labels(), -100), 3),
  'softmaxCrossEntropy in chunks': (x, y) => {
    const classes = tf.range(0, 2048, 1, 'int32') as tf.Tensor1D;
    return tf.mul(softmaxCrossEntropy(wider(x, y), tf.mod(classes, tf.scalar(256, 'int32')) as tf.Tensor1D, 17), 100);
  },
  'softmaxCrossEntropy without rows that count': (x) => softmaxCrossEntropy(x, tf.fill([4], 7, 'int32'), 7),
  'linear without a bias, in its input': (x, y) => linear(x, y, undefined),
  'linear without a bias, in its weight': (x, y) => linear(y, x, undefined),
  'linear with a low-rank change without a bias': (x, y) => linear(y, y, undefined, delta(x, y)),
  'attentionWeights of grouped queries': (x, y) => attentionWeights(grouped(x), shared(y), groupedMask(y), 0.3),
  'attentionWeights of grouped queries, in the keys': (x, y) =>
    attentionWeights(grouped(y), shared(x), groupedMask(y), 0.3),
  'attentionContext of grouped queries': (x, y) => attentionContext(weightsOf(x), shared(y)),
  'attentionContext of grouped queries, in the values': (x, y) => attentionContext(weightsOf(y), shared(x)),
  'linear in its input': (x, y) => linear(x, y, bias(y)),
  'linear in its weight': (x, y) => linear(y, x, bias(y)),
  'linear in its bias': (x, y) => linear(y, y, tf.slice(vector(x, 0), 0, 4)),
  'linear with a low-rank change, in its input': (x, y) => linear(x, y, bias(y), delta(y, y)),
  'linear with a low-rank change, in its weight': (x, y) => linear(y, x, bias(y), delta(y, y)),
  'linear with a low-rank change, in the change': (x, y) => linear(y, y, bias(y), delta(x, y)),
  attentionWeights: (x, y) => attentionWeights(heads(x), heads(y), mask(y), 0.3),
  'attentionWeights in the keys': (x, y) => attentionWeights(heads(y), heads(x), mask(y), 0.3),
};

/** More elements than are handled at a time. */
const large = (rows: number, columns: number) => tf.sin(tf.reshape(tf.range(0, rows * columns), [rows, columns]));
const wide = (y: tf.Tensor2D) => tf.matMul(large(2048, 4), tf.matMul(y, large(6, 256)));
const wider = (x: tf.Tensor2D, y: tf.Tensor2D): tf.Tensor2D => tf.add(wide(x), wide(y));
/** [3 tokens, width 2] */
const angles = (y: tf.Tensor2D): tf.Tensor2D => tf.slice(y, [0, 1], [3, 2]);
/** One of four rows does not count. */
const labels = () => tf.tensor1d([5, -100, 0, 2], 'int32');
/** Two heads of queries share one of keys: [1 sequence, 4 heads, 2 queries, width 3], [1, 2 heads, 4 keys, width 3]. */
const grouped = (x: tf.Tensor2D): tf.Tensor4D => tf.reshape(x, [1, 4, 2, 3]);
const shared = (x: tf.Tensor2D): tf.Tensor4D => tf.reshape(x, [1, 2, 4, 3]);
const groupedMask = (y: tf.Tensor2D): tf.Tensor4D => tf.reshape(tf.slice(y, [0, 2], [2, 4]), [1, 1, 2, 4]);
/** [1, 4 heads, 2 queries, 4 keys] */
const weightsOf = (x: tf.Tensor2D): tf.Tensor4D =>
  tf.reshape(tf.slice(tf.tile(x, [2, 1]), [0, 0], [8, 4]), [1, 4, 2, 4]);
const bias = (y: tf.Tensor2D) => tf.slice(vector(y, 2), 0, 4);
/** Of rank 2, for a weight [4, 6]. */
const delta = (x: tf.Tensor2D, y: tf.Tensor2D) => ({
  a: tf.add<tf.Tensor2D>(tf.slice(x, [0, 0], [2, 6]), tf.slice(y, [1, 0], [2, 6])),
  b: tf.slice(x, [0, 2], [4, 2]),
  scale: 0.7,
});
/** [2 sequences, 2 heads, 2 tokens, width 3] */
const heads = (x: tf.Tensor2D): tf.Tensor4D => tf.reshape(x, [2, 2, 2, 3]);
const mask = (y: tf.Tensor2D): tf.Tensor4D => tf.reshape(tf.slice(vector(y, 3), 0, 4), [2, 1, 1, 2]);

function inputs(): [tf.Tensor2D, tf.Tensor2D] {
  const draw = streamsOf(5)('inputs');
  const values = () => Array.from({ length: 24 }, () => draw.normal(1));
  return [tf.tensor2d(values(), [4, 6]), tf.tensor2d(values(), [4, 6])];
}

/** Value of fn, and the gradient of a weighted sum of it. */
function evaluate(backend: 'onnx' | 'cpu', fn: Fn): [value: Float32Array, gradient: Float32Array] {
  useBackend(backend, { threads: 2 });
  return tf.tidy(() => {
    const [x, y] = inputs();
    const value = fn(x, y);
    const weights = tf.tensor(
      Float32Array.from({ length: value.size }, (_, i) => 1 + (i % 3)),
      value.shape,
    );
    const gradient = tf.grad((at) => tf.sum(tf.mul(fn(at as tf.Tensor2D, y), weights)))(x);
    return [value.dataSync<'float32'>().slice(), gradient.dataSync<'float32'>().slice()];
  });
}

afterAll(() => useBackend('onnx', { threads: 2 }));

describe.each(Object.entries(FUNCTIONS))('%s', (_name, fn) => {
  it('has the value and the gradient of the cpu backend', () => {
    const [ours, theirs] = [evaluate('onnx', fn), evaluate('cpu', fn)];
    expect(largestDifference(ours[0], theirs[0])).toBeLessThan(1e-5);
    expect(largestDifference(ours[1], theirs[1])).toBeLessThan(1e-4);
  });
});

describe.each([
  'layerNorm',
  'layerNorm in its scale and bias',
  'gelu',
  'rmsNorm',
  'rmsNorm in its scale',
  'geluTanh',
  'siluGate in the gate',
  'rotary',
  'softmaxCrossEntropy',
  'attentionWeights of grouped queries',
  'attentionWeights of grouped queries, in the keys',
  'linear with a low-rank change, in the change',
  'attentionWeights',
])('the hand-written gradient of %s', (name) => {
  it('agrees with finite differences', () => {
    const fn = FUNCTIONS[name] as Fn;
    const [, gradient] = evaluate('onnx', fn);
    const [x, y] = inputs();
    const at = x.dataSync().slice();
    const total = (values: ArrayLike<number>) =>
      tf.tidy(() => {
        const value = Array.from(fn(tf.tensor2d(Array.from(values), [4, 6]), y).dataSync());
        return value.reduce((sum, each, i) => sum + each * (1 + (i % 3)), 0);
      });
    const h = 1e-2;
    const numeric = Array.from(at, (_, i) => {
      const moved = (by: number) => at.map((value, j) => (i === j ? value + by : value));
      return (total(moved(h)) - total(moved(-h))) / (2 * h);
    });
    expect(largestDifference(gradient, numeric)).toBeLessThan(2e-2);
  });
});

describe('adamw', () => {
  it('takes the steps of its plain form, in place', () => {
    const run = (backend: 'onnx' | 'cpu') => {
      useBackend(backend, { threads: 2 });
      const [start, gradient] = inputs();
      const variable = tf.variable(start);
      const zeros = () => tf.variable(tf.zeros([4, 6]));
      const moments = { first: zeros(), second: zeros() };
      for (let step = 1; step <= 3; step++) {
        const scalars: AdamwScalars = {
          learningRate: 0.1,
          beta1: 0.9,
          beta2: 0.99,
          epsilon: 1e-8,
          weightDecay: 0.1,
          step,
          gradientScale: 0.5,
        };
        adamw([{ variable, gradient, moments, scalars }]);
      }
      return [variable.dataSync().slice(), start.dataSync().slice()] as const;
    };
    const [ours, untouched] = run('onnx');
    const [theirs] = run('cpu');
    expect(largestDifference(ours, theirs)).toBeLessThan(1e-5);
    expect(untouched).toEqual(inputs()[0].dataSync());
  });
});

describe('the backend', () => {
  it('computes what was recorded long ago', () => {
    useBackend('onnx', { threads: 2 });
    const total = tf.tidy(() => {
      const x = tf.tensor2d([[1, 2]]);
      const sum = tf.add(x, tf.step(x));
      // Each is two operations, of which the first is read by the second alone.
      for (let i = 0; i < 25_000; i++) tf.step(x).dispose();
      return sum.dataSync();
    });
    expect(Array.from(total)).toEqual([2, 3]);
  });

  it('names a kernel that it does not have', () => {
    useBackend('onnx', { threads: 2 });
    const logits = tf.complex([1], [1]);
    expect(() => tf.engine().runKernel(tf.LogSoftmax, { logits }, { axis: 0 })).toThrow(/LogSoftmax/);
  });

  it('holds no more tensors after many steps than after one', () => {
    useBackend('onnx', { threads: 2 });
    const variable = tf.variable(tf.tensor2d([[1, 2]]));
    const step = () =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(() => tf.sum(tf.square(variable)) as tf.Scalar, [variable]);
        value.dataSync();
        variable.assign(tf.sub(variable, tf.mul(grads[variable.name] as tf.Tensor, 0.1)));
      });
    step();
    const before = { tensors: tf.memory().numTensors, ids: tf.backend().numDataIds() };
    for (let i = 0; i < 50; i++) step();
    expect({ tensors: tf.memory().numTensors, ids: tf.backend().numDataIds() }).toEqual(before);
  });
});
