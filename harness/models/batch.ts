// Token sequences as a model reads them: padded to one length, the padding masked.
import { feed, type tf } from '../tensor/index.ts';

/** One tokenised sequence. */
export interface Encoded {
  readonly ids: readonly number[];
  /** 0 for the first text, 1 for the second, where the model tells them apart. */
  readonly typeIds: readonly number[];
}

/** Sequences of one padded length, row by row. */
export interface PaddedSequences {
  /** Sequences. */
  readonly size: number;
  /** Tokens a sequence, padding included. */
  readonly length: number;
  /** [size * length] */
  readonly ids: Int32Array;
  /** [size * length] */
  readonly typeIds: Int32Array;
  /** [size * length], added to attention scores: 0, or MASKED at padding. */
  readonly mask: Float32Array;
}

/** The same as tensors. */
export interface TokenBatch {
  readonly size: number;
  readonly length: number;
  /** [size * length], int32 */
  readonly ids: tf.Tensor1D;
  /** [size * length], int32 */
  readonly typeIds: tf.Tensor1D;
  /** [size, 1, 1, length] */
  readonly mask: tf.Tensor4D;
}

/** So low that the softmax of a masked position is exactly 0. */
export const MASKED = -1e9;

/** Lengths are rounded up to a multiple of this, so that few shapes are compiled. */
export const LENGTH_STEP = 8;

/** A sequence's padded length: its tokens, rounded up to a multiple of 8. */
export function paddedLength(sequence: Encoded): number {
  return Math.ceil(sequence.ids.length / LENGTH_STEP) * LENGTH_STEP;
}

/** Pads sequences to the longest, rounded up to a multiple of 8. */
export function padSequences(sequences: readonly Encoded[], padTokenId: number): PaddedSequences {
  const length = Math.max(...sequences.map(paddedLength));
  const cells = sequences.length * length;
  const padded = {
    size: sequences.length,
    length,
    ids: new Int32Array(cells).fill(padTokenId),
    typeIds: new Int32Array(cells),
    mask: new Float32Array(cells).fill(MASKED),
  };
  for (const [row, { ids, typeIds }] of sequences.entries()) {
    padded.ids.set(ids, row * length);
    padded.typeIds.set(typeIds, row * length);
    padded.mask.fill(0, row * length, row * length + ids.length);
  }
  return padded;
}

/** Feeds the sequences that `current` gives, of one shape whenever it is asked, to a computation. */
export function feedTokens(current: () => PaddedSequences): TokenBatch {
  const { size, length } = current();
  return {
    size,
    length,
    ids: feed([size * length], 'int32', () => current().ids) as tf.Tensor1D,
    typeIds: feed([size * length], 'int32', () => current().typeIds) as tf.Tensor1D,
    mask: feed([size, 1, 1, length], 'float32', () => current().mask) as tf.Tensor4D,
  };
}
