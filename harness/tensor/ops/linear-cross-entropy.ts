// A linear map to the classes of a large vocabulary and the cross-entropy of what it gives, in blocks of the vocabulary: for
// 512 tokens and 49,152 classes the logits are 100 MB and their gradient as much.
import * as tf from '@tensorflow/tfjs';
import { differentiable, hasKernel, runKernel } from './kernel.ts';
import { linear } from './linear.ts';
import { dequantize, inputsOf, lookUp, type PackedMatrix } from './packed.ts';
import { softmaxCrossEntropy } from './softmax-cross-entropy.ts';

/**
 * The mean of -log softmax(states table^T)[label] over the rows whose label is not `ignored`; 0 where there is no such
 * row. The gradient of the table, where it is not packed, takes exponentials that are kept, or computes the logits again,
 * block by block, where they would be many; that of the states takes neither.
 * @param states [rows, hidden]
 * @param table [vocab, hidden]
 * @param labels [rows], int32: rows of the table, or `ignored`
 */
export function linearCrossEntropy(
  states: tf.Tensor2D,
  table: tf.Tensor2D | PackedMatrix,
  labels: tf.Tensor1D,
  ignored: number,
): tf.Scalar {
  const logits = table instanceof tf.Tensor ? BLOCK : PACKED_BLOCK;
  const block = vocabularyBlock(states.shape[0], table.shape[0], logits);
  if (block === undefined || !hasKernel('LinearSoftmax')) {
    const weight = table instanceof tf.Tensor ? table : { dense: () => dequantize(table) };
    return softmaxCrossEntropy(linear(states, weight, undefined), labels, ignored);
  }
  if (table instanceof tf.Tensor) return inBlocks(states, table, labels, ignored, block);
  return packedInBlocks(states, table, labels, ignored, block);
}

function inBlocks(
  states: tf.Tensor2D,
  table: tf.Tensor2D,
  labels: tf.Tensor1D,
  ignored: number,
  block: number,
): tf.Scalar {
  return differentiable(
    [states, table] as const,
    ([x, weight]) => {
      const { classes, weights } = targetsOf(labels, ignored);
      const outputs = runKernel('LinearSoftmax', { x, weight }, { block });
      const [logSumExp, expected, ...kept] = outputs as [tf.Tensor2D, tf.Tensor2D, ...Kept];
      const target = tf.gather<tf.Tensor2D>(weight, classes);
      const value = meanOf(x, target, logSumExp, weights);
      const saved: Saved = [x, weight, classes, weights, logSumExp, expected, target];
      return { value, saved: x.shape[0] * weight.shape[0] > MOST_KEPT ? saved : [...saved, ...kept] };
    },
    (dy, saved) => {
      const [x, weight, classes, weights, logSumExp, expected, target, exponentials, maxima] = saved as [
        ...Saved,
        ...Partial<Kept>,
      ];
      const scale = tf.mul(weights, dy);
      const scaled = tf.mul(x, scale);
      const shares = (
        exponentials && maxima
          ? runKernel('SoftmaxTransposed', { exponentials, maxima, logSumExp, dy: scaled }, {})
          : runKernel('LinearSoftmaxTransposed', { x, weight, logSumExp, dy: scaled }, { block })
      ) as tf.Tensor2D;
      const atLabels = tf.unsortedSegmentSum(tf.neg(scaled), classes, weight.shape[0]);
      return [tf.mul(tf.sub(expected, target), scale), tf.add(shares, atLabels)];
    },
  ) as tf.Scalar;
}

function packedInBlocks(
  states: tf.Tensor2D,
  table: PackedMatrix,
  labels: tf.Tensor1D,
  ignored: number,
  block: number,
): tf.Scalar {
  return differentiable(
    [states] as const,
    ([x]) => {
      const { classes, weights } = targetsOf(labels, ignored);
      const outputs = runKernel('LinearSoftmaxPacked', { x, ...inputsOf(table) }, { block, rows: table.shape[0] });
      const [logSumExp, expected] = outputs as [tf.Tensor2D, tf.Tensor2D];
      const target = lookUp(table, classes);
      return { value: meanOf(x, target, logSumExp, weights), saved: [weights, expected, target] };
    },
    (dy, saved) => {
      const [weights, expected, target] = saved as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
      return [tf.mul(tf.sub(expected, target), tf.mul(weights, dy))];
    },
  ) as tf.Scalar;
}

/** The class of each row, and its share in the mean, [rows, 1]. */
function targetsOf(labels: tf.Tensor1D, ignored: number): { classes: tf.Tensor1D; weights: tf.Tensor2D } {
  const counted = tf.notEqual(labels, ignored);
  const classes = tf.where(counted, labels, tf.zerosLike(labels));
  const count = tf.cast(counted, 'float32');
  return { classes, weights: tf.reshape(tf.div(count, tf.maximum(tf.sum(count), 1)), [-1, 1]) };
}

/** @param target the table's row of each class, [rows, hidden] */
function meanOf(x: tf.Tensor2D, target: tf.Tensor2D, logSumExp: tf.Tensor2D, weights: tf.Tensor): tf.Tensor {
  // Of each row the sum over its width, as a product: see layer-norm.ts.
  const logits = tf.matMul(tf.mul<tf.Tensor2D>(x, target), tf.ones([x.shape[1], 1]) as tf.Tensor2D);
  return tf.sum(tf.mul(tf.sub(logSumExp, logits), weights));
}

type Saved = [
  x: tf.Tensor2D,
  weight: tf.Tensor2D,
  classes: tf.Tensor1D,
  weights: tf.Tensor2D,
  logSumExp: tf.Tensor2D,
  expected: tf.Tensor2D,
  target: tf.Tensor2D,
];

/** What LinearSoftmax keeps for SoftmaxTransposed. */
type Kept = [exponentials: tf.Tensor3D, maxima: tf.Tensor3D];

/** Exponentials that are kept for the gradient of the table, 128 MiB: of more, each block is computed again. */
const MOST_KEPT = 2 ** 25;

/** Logits below which a block saves too little. */
const SMALLEST = 2 ** 22;
/** Logits of a block, and rows of the table: fewer make slow products. */
const [BLOCK, FEWEST_ROWS] = [2 ** 21, 1024];
/** A packed table's block is made into floats beside its logits, all of it when memory is taken most. */
export const PACKED_BLOCK = 2 ** 19;
/** ONNX Runtime adds a row up in the same order wherever it begins if it is whole vectors. */
const VECTOR = 16;

/** Rows of the table at a time: the divisor that is closest to what suits; undefined where it is all or does not pay. */
export function vocabularyBlock(rows: number, vocab: number, logits = BLOCK): number | undefined {
  if (rows * vocab < SMALLEST || vocab % VECTOR !== 0) return undefined;
  const suits = Math.max(FEWEST_ROWS, logits / rows);
  const off = (block: number) => Math.abs(Math.log(block / suits));
  const vectors = vocab / VECTOR;
  const divisors = Array.from({ length: vectors }, (_, i) => i + 1).filter((count) => vectors % count === 0);
  const blocks = divisors.map((count) => count * VECTOR).filter((block) => block >= FEWEST_ROWS && block < vocab);
  return blocks.toSorted((a, b) => off(a) - off(b))[0];
}
