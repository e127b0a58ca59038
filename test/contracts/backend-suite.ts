// What every backend owes: the states and the training steps of PyTorch, the gradients of our own ops, and losses that
// stay with another backend's. A new backend or device calls it with its name and how to use it.
import { beforeAll, describe, expect, it } from 'vitest';
import { streamsOf } from '../../harness/random/streams.ts';
import {
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
} from '../../harness/tensor/index.ts';
import { type GoldenInputs, largestDifference, readFixture, tinyDecoder, tinyEncoder } from '../fixtures.ts';
import { type GoldenLogits, logitDifference } from '../models/logits.ts';
import { type States, stateDifferences } from '../models/states.ts';
import { golden, takeGoldenSteps } from '../training/golden.ts';
import { STEPS_CASES, takeSteps } from './backend-steps.ts';

export interface Subject {
  /** `onnx on cpu` */
  readonly name: string;
  /** Makes it the backend in use. */
  use(): void | Promise<void>;
}

/** @param reference another backend, whose losses it is compared with; without one it is compared with fixtures only */
export function backendContract(subject: Subject, reference?: Subject): void {
  describe(`the backend ${subject.name}`, () => {
    beforeAll(() => subject.use());

    it.each(['tiny-bert', 'tiny-roberta'] as const)('computes the hidden states of transformers: %s', async (name) => {
      const states = readFixture<GoldenInputs & States>(`encoder/${name}/golden.json`);
      const [hidden, pooled] = stateDifferences(await tinyEncoder(name), states, states);
      expect(hidden).toBeLessThan(1e-4);
      expect(pooled).toBeLessThan(1e-4);
      tf.disposeVariables();
    });

    it.each(['tiny-llama', 'tiny-mistral'] as const)('computes the logits of transformers: %s', (name) => {
      const logits = readFixture<GoldenLogits>(`decoder/${name}/golden.json`);
      expect(logitDifference(tinyDecoder(name), logits, 0)).toBeLessThan(1e-4);
      tf.disposeVariables();
    });

    it.each(['full', 'lora'] as const)('takes the training steps of PyTorch: %s', async (method) => {
      const [trace, expected] = [await takeGoldenSteps(method), golden[method]];
      expect(largestDifference(trace.losses, expected.losses)).toBeLessThan(1e-4);
      expect(largestDifference(trace.gradientNorms, expected.gradientNorms)).toBeLessThan(1e-3);
      expect(largestDifference(trace.finalLogits.flat(), expected.finalLogits.flat())).toBeLessThan(1e-3);
      tf.disposeVariables();
    });

    it.each(OPS)('has the value and the gradients of $name as its plain form has them', ({ shapes, op, plain }) => {
      const [ours, theirs] = [valueAndGradients(op, shapes), valueAndGradients(plain, shapes)];
      expect(ours).toHaveLength(1 + shapes.length);
      for (const [i, values] of ours.entries()) {
        expect(largestDifference(values, theirs[i] as Float32Array)).toBeLessThan(2e-5);
        expect(largestDifference(values, new Float32Array(values.length))).toBeGreaterThan(1e-2);
      }
    });

    if (reference) {
      describe.each(STEPS_CASES)('$title', (each) => {
        it(`keeps to the losses and scores of ${reference.name}, and leaves no tensors behind`, async () => {
          await reference.use();
          const expected = await takeSteps(each);
          await subject.use();
          const { losses, scores, tensors } = await takeSteps(each);
          expect(largestDifference(losses, expected.losses)).toBeLessThan(1e-4);
          expect(largestDifference(scores, expected.scores)).toBeLessThan(1e-3);
          expect(largestDifference(losses.slice(1), losses.slice(0, -1))).toBeGreaterThan(0.05);
          // The moments of the optimiser come with the first step; boosters are drawn every third.
          expect(tensors.at(-3)).toBe(tensors[2]);
        });
      });
    }
  });
}

type Op = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Our ops and what they are written out, which tfjs differentiates. */
const OPS: readonly { name: string; shapes: readonly number[][]; op: Op; plain: Op }[] = [
  { name: 'gelu', shapes: [[5, 7]], op: (x) => gelu(x), plain: (x) => tf.mul(x, normalCdf(x)) },
  {
    name: 'layerNorm',
    shapes: [[5, 8], [8], [8]],
    op: (x, scale, bias) => layerNorm(x as tf.Tensor2D, scale as tf.Tensor1D, bias as tf.Tensor1D, 1e-5),
    plain: (x, scale, bias) => {
      const centred = tf.sub(x, tf.mean(x, 1, true));
      const variance = tf.mean(tf.square(centred), 1, true);
      return tf.add(tf.mul(tf.div(centred, tf.sqrt(tf.add(variance, 1e-5))), scale), bias);
    },
  },
  {
    name: 'linear',
    shapes: [[5, 6], [4, 6], [4]],
    op: (x, weight, bias) => linear(x as tf.Tensor2D, weight as tf.Tensor2D, bias as tf.Tensor1D),
    plain: (x, weight, bias) => tf.add(tf.matMul(x, weight, false, true), bias),
  },
  {
    name: 'linear with a low-rank change',
    shapes: [[5, 6], [4, 6], [4], [2, 6], [4, 2]],
    op: (x, weight, bias, a, b) =>
      linear(x as tf.Tensor2D, weight as tf.Tensor2D, bias as tf.Tensor1D, {
        a: a as tf.Tensor2D,
        b: b as tf.Tensor2D,
        scale: 0.5,
      }),
    plain: (x, weight, bias, a, b) =>
      tf.add(tf.matMul(x, tf.add(weight, tf.mul(tf.matMul(b as tf.Tensor, a as tf.Tensor), 0.5)), false, true), bias),
  },
  {
    name: 'attentionWeights',
    shapes: [
      [2, 3, 4, 5],
      [2, 3, 6, 5],
    ],
    op: (q, k) => attentionWeights(q as tf.Tensor4D, k as tf.Tensor4D, mask(), 0.4),
    plain: (q, k) => tf.softmax(tf.add(tf.mul(tf.matMul(q, k, false, true), 0.4), mask())),
  },
  {
    name: 'attentionWeights and attentionContext of grouped queries',
    shapes: [
      [2, 4, 3, 5],
      [2, 2, 6, 5],
      [2, 2, 6, 5],
    ],
    op: (q, k, v) =>
      attentionContext(attentionWeights(q as tf.Tensor4D, k as tf.Tensor4D, mask(), 0.4), v as tf.Tensor4D),
    plain: (q, k, v) => {
      const weights = tf.softmax(tf.add(tf.mul(tf.matMul(q, repeated(k as tf.Tensor), false, true), 0.4), mask()));
      return tf.matMul(weights, repeated(v as tf.Tensor));
    },
  },
  {
    name: 'linear without a bias',
    shapes: [
      [5, 6],
      [4, 6],
    ],
    op: (x, weight) => linear(x as tf.Tensor2D, weight as tf.Tensor2D, undefined),
    plain: (x, weight) => tf.matMul(x, weight, false, true),
  },
  {
    name: 'linear with a low-rank change, without a bias',
    shapes: [
      [5, 6],
      [4, 6],
      [2, 6],
      [4, 2],
    ],
    op: (x, weight, a, b) =>
      linear(x as tf.Tensor2D, weight as tf.Tensor2D, undefined, {
        a: a as tf.Tensor2D,
        b: b as tf.Tensor2D,
        scale: 0.5,
      }),
    plain: (x, weight, a, b) =>
      tf.matMul(x, tf.add(weight, tf.mul(tf.matMul(b as tf.Tensor, a as tf.Tensor), 0.5)), false, true),
  },
  {
    name: 'rmsNorm',
    shapes: [[5, 8], [8]],
    op: (x, scale) => rmsNorm(x as tf.Tensor2D, scale as tf.Tensor1D, 1e-5),
    plain: (x, scale) => tf.mul(tf.div(x, tf.sqrt(tf.add(tf.mean(tf.square(x), 1, true), 1e-5))), scale),
  },
  {
    name: 'geluTanh',
    shapes: [[5, 7]],
    op: (x) => geluTanh(x),
    plain: (x) => {
      const inner = tf.mul(tf.add(x, tf.mul(0.044715, tf.pow(x, 3))), Math.sqrt(2 / Math.PI));
      return tf.mul(tf.mul(x, 0.5), tf.add(1, tf.tanh(inner)));
    },
  },
  {
    name: 'siluGate',
    shapes: [
      [5, 7],
      [5, 7],
    ],
    op: (gate, up) => siluGate(gate, up as tf.Tensor),
    plain: (gate, up) => tf.mul(tf.div(gate, tf.add(1, tf.exp(tf.neg(gate)))), up),
  },
  {
    name: 'rotary',
    shapes: [[2, 3, 4, 6]],
    op: (x) => rotary(x as tf.Tensor4D, tf.cos(angles()), tf.sin(angles())),
    plain: (x) => {
      const [first, second] = tf.split(x, 2, 3) as [tf.Tensor, tf.Tensor];
      const turned = tf.concat([tf.neg(second), first], 3);
      const twice = tf.reshape(tf.concat([angles(), angles()], 1), [1, 3, 1, 6]);
      return tf.add(tf.mul(x, tf.cos(twice)), tf.mul(turned, tf.sin(twice)));
    },
  },
  {
    name: 'softmaxCrossEntropy',
    shapes: [[4, 9]],
    op: (logits) => softmaxCrossEntropy(logits as tf.Tensor2D, tf.tensor1d([8, -100, 0, 3], 'int32'), -100),
    plain: (logits) => {
      const right = tf.oneHot(tf.tensor1d([8, -1, 0, 3], 'int32'), 9);
      return tf.neg(tf.div(tf.sum(tf.mul(tf.log(tf.softmax(logits)), right)), 3));
    },
  },
];

const normalCdf = (x: tf.Tensor) => tf.mul(0.5, tf.add(1, tf.erf(tf.mul(x, Math.SQRT1_2))));
/** [3 tokens, 3 pairs] */
const angles = () => tf.tensor2d([0.3, 1, 2, 0, 0.1, 0.7, 4, 5, 6], [3, 3]);
/** Each head of keys for its two heads of queries. */
const repeated = (x: tf.Tensor) => tf.gather(x, tf.tensor1d([0, 0, 1, 1], 'int32'), 1);
/** Hides the last key of the second sequence. */
const mask = (): tf.Tensor4D => tf.tensor4d([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1e9], [2, 1, 1, 6]);

/** The value, and each input's gradient of a weighted sum of it. */
function valueAndGradients(op: Op, shapes: readonly number[][]): Float32Array[] {
  const draw = streamsOf(11)('inputs');
  return tf.tidy(() => {
    const inputs = shapes.map((shape) => tf.tensor(normals(draw, shape), shape));
    const value = op(...inputs);
    const weights = tf.tensor(normals(draw, value.shape), value.shape);
    const gradients = tf.grads((...at) => tf.sum(tf.mul(op(...at), weights)))(inputs);
    return [value, ...gradients].map((each) => each.dataSync<'float32'>().slice());
  });
}

function normals(draw: { normal(deviation: number): number }, shape: readonly number[]): Float32Array {
  return Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => draw.normal(1));
}
