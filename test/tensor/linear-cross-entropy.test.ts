// A linear map and its cross-entropy in blocks of the vocabulary: the loss against sums in double precision, the gradients
// against differences of those and against the two ops that it stands for, and the same bits on any number of threads.
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { streamsOf } from '../../harness/random/streams.ts';
import { capture, linearCrossEntropy, softmaxCrossEntropy, tf, useBackend } from '../../harness/tensor/index.ts';
import { OnnxBackend } from '../../harness/tensor/onnx/backend.ts';
import type { GraphNode } from '../../harness/tensor/onnx/graph.ts';
import { linear } from '../../harness/tensor/ops/linear.ts';
import { vocabularyBlock } from '../../harness/tensor/ops/linear-cross-entropy.ts';

const [ROWS, VOCAB, HIDDEN] = [1024, 4160, 24];
const IGNORED = -100;
const draw = streamsOf(0)('linear-cross-entropy');
const values = (length: number, bound: number) => Float32Array.from({ length }, () => draw.uniform(-bound, bound));
const STATES = values(ROWS * HIDDEN, 2);
const TABLE = values(VOCAB * HIDDEN, 2);
/** One row in four counts. */
const LABELS = Int32Array.from({ length: ROWS }, (_, i) => (i % 4 === 1 ? draw.integer(VOCAB) : IGNORED));

beforeAll(() => useBackend('onnx', { threads: 2 }));

type Loss = (states: tf.Tensor2D, table: tf.Tensor2D, labels: tf.Tensor1D, ignored: number) => tf.Scalar;
const plain: Loss = (states, table, labels, ignored) =>
  softmaxCrossEntropy(linear(states, table, undefined), labels, ignored);

/** The loss times 3, and the gradients of the states and of the table. */
function gradients(loss: Loss, labels = LABELS, statesOf = STATES): [number, Float32Array, Float32Array] {
  return tf.tidy(() => {
    const scaled = (states: tf.Tensor, table: tf.Tensor) =>
      tf.mul(loss(states as tf.Tensor2D, table as tf.Tensor2D, tf.tensor1d(labels, 'int32'), IGNORED), 3);
    const given = [tf.tensor2d(statesOf, [labels.length, HIDDEN]), tf.tensor2d(TABLE, [VOCAB, HIDDEN])];
    const { value, grads } = tf.valueAndGrads(scaled)(given);
    const [states, table] = grads.map((each) => each.dataSync<'float32'>());
    return [value.dataSync()[0] as number, states as Float32Array, table as Float32Array];
  });
}

/** In double precision. */
function expectedLoss(states: ArrayLike<number>, table: ArrayLike<number>): number {
  let [sum, counted] = [0, 0];
  for (const [row, label] of LABELS.entries()) {
    if (label === IGNORED) continue;
    const logits = Array.from({ length: VOCAB }, (_, word) => {
      let dot = 0;
      for (let i = 0; i < HIDDEN; i++) {
        dot += (states[row * HIDDEN + i] as number) * (table[word * HIDDEN + i] as number);
      }
      return dot;
    });
    const most = logits.reduce((a, b) => Math.max(a, b));
    sum +=
      most + Math.log(logits.reduce((total, logit) => total + Math.exp(logit - most), 0)) - (logits[label] as number);
    counted += 1;
  }
  return (3 * sum) / counted;
}

function expectClose(found: Float32Array, expected: Float32Array): void {
  const scale = Math.max(...expected.map(Math.abs));
  for (const [i, value] of found.entries()) {
    if (Math.abs(value - (expected[i] as number)) > 2e-6 * scale) expect(value).toBeCloseTo(expected[i] as number, 9);
  }
}

const resultsOfScans = (nodes: readonly GraphNode[]) =>
  nodes.filter(({ type }) => type === 'Scan').map(({ outputs }) => outputs.length);

it('has several blocks in this test', () => {
  expect(VOCAB / (vocabularyBlock(ROWS, VOCAB) as number)).toBe(2);
});

it('gives the loss', () => {
  expect(gradients(linearCrossEntropy)[0]).toBeCloseTo(expectedLoss(STATES, TABLE), 4);
});

it('gives the gradients of the ops that it stands for', () => {
  const [loss, states, table] = gradients(linearCrossEntropy);
  const expected = gradients(plain);
  expect(loss).toBeCloseTo(expected[0], 4);
  expectClose(states, expected[1]);
  expectClose(table, expected[2]);
  // The first row's label is ignored.
  expect(states.subarray(0, HIDDEN).every((value) => value === 0)).toBe(true);
});

it('gives them where the exponentials are too many to be kept', () => {
  const times = 8;
  const repeated = Array.from({ length: times });
  const states = Float32Array.from(repeated.flatMap(() => [...STATES]));
  const labels = Int32Array.from(repeated.flatMap(() => [...LABELS]));
  const compiled = vi.spyOn(OnnxBackend.prototype, 'compile');
  const [loss, , table] = gradients(linearCrossEntropy, labels, states);
  const graphs = compiled.mock.calls.map(([graph]) => graph);
  vi.restoreAllMocks();
  // One gives its states and x as they were, the other what it shares and the gradient.
  expect(graphs.map(({ nodes }) => resultsOfScans(nodes))).toEqual([[4, 4]]);
  const [once, , ofOnce] = gradients(linearCrossEntropy);
  expect(loss).toBeCloseTo(once, 4);
  expectClose(table, ofOnce);
});

it('gives gradients that predict differences of the loss', () => {
  const [, ofStates, ofTable] = gradients(linearCrossEntropy);
  const [alongStates, alongTable] = [values(STATES.length, 1), values(TABLE.length, 1)];
  const step = 1e-4;
  const moved = (from: Float32Array, along: Float32Array, by: number) =>
    Float64Array.from(from, (value, i) => value + by * (along[i] as number));
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
  const at = (states: number, table: number) =>
    expectedLoss(moved(STATES, alongStates, states), moved(TABLE, alongTable, table));
  const relative = (found: number, expected: number) => expect(Math.abs(found / expected - 1)).toBeLessThan(1e-4);
  relative(dot(ofStates, alongStates), (at(step, 0) - at(-step, 0)) / (2 * step));
  relative(dot(ofTable, alongTable), (at(0, step) - at(0, -step)) / (2 * step));
});

it('is zero, and so are its gradients, where every label is ignored', () => {
  const [loss, states, table] = gradients(linearCrossEntropy, new Int32Array(ROWS).fill(IGNORED));
  expect(loss).toBe(0);
  for (const gradient of [states, table]) expect(gradient.every((value) => value === 0)).toBe(true);
});

it('has the same bits on any number of threads', () => {
  const on = (threads: number) => {
    tf.removeBackend('onnx');
    tf.registerBackend('onnx', () => new OnnxBackend(threads));
    useBackend('onnx', { threads });
    expect(tf.backend()).toHaveProperty('threads', threads);
    return gradients(linearCrossEntropy);
  };
  const one = on(1);
  for (const threads of [2, 4]) expect(on(threads)).toEqual(one);
});

describe('in a captured step', () => {
  const states = (table: tf.Tensor2D) => tf.gather(table, tf.range(0, ROWS, 1, 'int32')) as tf.Tensor2D;
  function nodesOf(isTrained: boolean): readonly GraphNode[] {
    const compiled = vi.spyOn(OnnxBackend.prototype, 'compile');
    const [table, shift] = [tf.variable(tf.tensor2d(TABLE, [VOCAB, HIDDEN])), tf.variable(tf.ones([HIDDEN]))];
    const loss = () => {
      const shifted = tf.add<tf.Tensor2D>(states(table as tf.Tensor2D), shift);
      return linearCrossEntropy(shifted, table as tf.Tensor2D, tf.tensor1d(LABELS, 'int32'), IGNORED);
    };
    const trained = isTrained ? [table, shift] : [shift];
    const gradients = () => Object.values(tf.variableGrads(loss, trained).grads);
    const program = capture(gradients);
    const [[graph]] = compiled.mock.calls as [Parameters<OnnxBackend['compile']>];
    vi.restoreAllMocks();
    const expected = tf.tidy(() => gradients().map((each) => each.dataSync<'float32'>()));
    for (const results of [program.run(), program.run()]) {
      for (const [i, result] of results.entries()) {
        expectClose(result.dataSync<'float32'>(), expected[i] as Float32Array);
        result.dispose();
      }
    }
    tf.dispose([table, shift]);
    return graph.nodes;
  }
  const count = (nodes: readonly GraphNode[], type: string) => nodes.filter((each) => each.type === type).length;

  it('costs nothing for a table that is not trained', () => {
    const nodes = nodesOf(false);
    // x as it was, and three states.
    expect(resultsOfScans(nodes)).toEqual([4]);
    expect(count(nodes, 'ScatterElements')).toBe(0);
  });

  it('adds the labels and a look-up of the same table to the gradient where it is', () => {
    const nodes = nodesOf(true);
    // And the exponentials with what was subtracted; the gradient.
    expect(resultsOfScans(nodes).toSorted()).toEqual([3, 6]);
    expect(count(nodes, 'ScatterElements')).toBe(2);
  });
});

describe('a block of the vocabulary', () => {
  it.each([
    ['SmolLM2', 512, 49_152, 4096],
    ['LLaMA 2', 512, 32_000, 4000],
    ['LLaMA 3', 512, 128_256, 5344],
    ['many rows', 16_384, 49_152, 1024],
    ['Qwen2, whose size has few divisors', 512, 151_936, 18_992],
    ['GPT-2, whose size is odd', 512, 50_257, undefined],
    ['a small vocabulary', 512, 1000, undefined],
    ['a row', 1, 49_152, undefined],
  ])('of %s', (_name, rows, vocab, block) => {
    expect(vocabularyBlock(rows, vocab)).toBe(block);
  });
});
