// What the onnx backend leaves to tfjs's own cpu backend: that the list is complete, and that values pass through whole.
import { afterAll, describe, expect, it } from 'vitest';
import { capture, describeKernels, feed, tf, useBackend } from '../../harness/tensor/index.ts';

const { native, host } = describeKernels();
const onHost = host.flatMap(({ names }) => names);
const ofCpu = tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName);

describe('the lists of kernels', () => {
  it('name each kernel once', () => {
    const all = [...native, ...onHost];
    expect(all.filter((name, i) => all.indexOf(name) !== i)).toEqual([]);
  });

  it("cover every kernel of tfjs's cpu backend", () => {
    const known = new Set([...native, ...onHost]);
    expect(ofCpu.length).toBeGreaterThan(150);
    expect(ofCpu.filter((name) => !known.has(name))).toEqual([]);
  });

  it('leave nothing to the host that it does not have', () => {
    expect(onHost.filter((name) => !ofCpu.includes(name))).toEqual([]);
  });
});

/** The first input of each is still to be computed when the host reads it. */
const FUNCTIONS: Readonly<Record<string, () => tf.Tensor | tf.Tensor[]>> = {
  atan2: () => tf.atan2(tf.neg(tf.tensor1d([1, -2, 0, 3])), tf.tensor1d([-1, 1, -1, 0])),
  cumprod: () => tf.cumprod(tf.add(tf.tensor2d([1, 2, 3, 4], [2, 2]), 1), 1),
  conv3d: () =>
    tf.conv3d(tf.square(tf.range(0, 16).reshape([1, 2, 2, 2, 2]) as tf.Tensor5D), tf.ones([2, 2, 2, 2, 1]), 1, 'same'),
  'the gradient of maxPool': () =>
    tf.grad((x) => tf.sum(tf.square(tf.maxPool(x as tf.Tensor3D, 2, 2, 'valid'))))(tf.range(0, 32).reshape([4, 4, 2])),
  resizeBilinear: () => tf.image.resizeBilinear(tf.neg(tf.range(0, 12).reshape([2, 3, 2]) as tf.Tensor3D), [4, 5]),
  'unique, of integers': () =>
    Object.values(tf.unique(tf.mul(tf.tensor1d([3, 1, 3, 2, 1], 'int32'), tf.scalar(2, 'int32')))),
  'complex numbers': () => {
    const z = tf.mul(tf.complex(tf.neg([1, 2]), [3, 4]), tf.complex([5, 6], [7, 8]));
    return [tf.real(z), tf.imag(z), tf.abs(z)];
  },
  'a Fourier transform and its inverse': () => {
    const spectrum = tf.spectral.rfft(tf.neg(tf.tensor1d([1, 4, 2, 3])));
    return [tf.real(spectrum), tf.imag(spectrum), tf.spectral.irfft(spectrum)];
  },
  strings: () => [tf.concat([tf.tensor1d(['a', 'ä']), tf.tensor1d(['c'])]), tf.stack(['x', 'y']).reshape([1, 2])],
  'strings, compared': () => tf.equal(tf.tensor1d(['a', 'b']), tf.tensor1d(['a', 'c'])),
};

function evaluate(backend: 'onnx' | 'cpu', fn: () => tf.Tensor | tf.Tensor[]) {
  useBackend(backend, { threads: 1 });
  return tf.tidy(() => {
    const outputs = [fn()].flat();
    return outputs.map((tensor) => ({ shape: tensor.shape, dtype: tensor.dtype, values: [...tensor.dataSync()] }));
  });
}

afterAll(() => useBackend('onnx', { threads: 1 }));

describe.each(Object.entries(FUNCTIONS))('%s', (_name, fn) => {
  it('is what the cpu backend gives', () => {
    const [ours, theirs] = [evaluate('onnx', fn), evaluate('cpu', fn)];
    expect(ours).toEqual(theirs);
  });

  it('leaves no tensor behind', () => {
    useBackend('onnx', { threads: 1 });
    const before = tf.backend().numDataIds();
    evaluate('onnx', fn);
    expect(tf.backend().numDataIds()).toBe(before);
  });
});

describe('a captured computation that needs the host', () => {
  /** Runs twice, the second time with other content. */
  function twice(trace: (x: tf.Tensor) => tf.Tensor, source: 'variable' | 'fed'): number[][] {
    useBackend('onnx', { threads: 1 });
    let content = [1, 2, 3];
    const variable = tf.variable(tf.tensor1d(content));
    const input = () => (source === 'fed' ? feed([3], 'float32', () => Float32Array.from(content)) : variable);
    const captured = capture(() => [trace(input())]);
    return [content, [4, 5, 6]].map((next) => {
      content = next;
      variable.assign(tf.tensor1d(next));
      return Array.from(captured.run()[0]?.dataSync() ?? []);
    });
  }

  it.each(['variable', 'fed'] as const)('sees what is new in what is %s', (source) => {
    expect(twice((x) => tf.cumprod(x), source)).toEqual([
      [1, 2, 6],
      [4, 20, 120],
    ]);
    expect(twice((x) => tf.cumprod(tf.add(x, 1)), source)).toEqual([
      [2, 6, 24],
      [5, 30, 210],
    ]);
  });
});
