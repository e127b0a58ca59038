// Rows of logits whose sums come out the same wherever in a batch they are.
import { MASKED } from '../models/batch.ts';
import { tf } from '../tensor/index.ts';

/** Numbers that a processor takes at a time, at most. */
const VECTOR = 16;

/**
 * Logits [rows, vocab] with classes of no probability behind them: ONNX Runtime adds up a row's exponentials in an order
 * that depends on where in memory the row begins, which is then the same for all.
 */
export function inWholeVectors(logits: tf.Tensor2D): tf.Tensor2D {
  const lacking = (VECTOR - (logits.shape[1] % VECTOR)) % VECTOR;
  return lacking === 0
    ? logits
    : tf.pad2d(
        logits,
        [
          [0, 0],
          [0, lacking],
        ],
        MASKED,
      );
}
