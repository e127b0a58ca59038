// Hidden and pooled states of an encoder against those of a fixture.
import { feedTokens } from '../../harness/models/batch.ts';
import { noDropout } from '../../harness/models/dropout.ts';
import type { Encoder } from '../../harness/models/encoder.ts';
import { tf } from '../../harness/tensor/index.ts';
import { type GoldenInputs, goldenBatch, largestDifference } from '../fixtures.ts';

/** What a fixture has of a model's states. */
export interface States {
  readonly lastHiddenState: readonly number[][][];
  readonly poolerOutput: readonly number[][];
}

/** The largest difference at tokens that are not padding, in the dimensions that the fixture has; and of the pooled states, 0 where there is no pooler. */
export function stateDifferences(
  encoder: Encoder,
  inputs: GoldenInputs,
  golden: States,
): [hidden: number, pooled: number] {
  const batch = goldenBatch(inputs);
  const [hidden, pooled] = tf.tidy(() => {
    const tokens = feedTokens(() => batch);
    const hidden = Array.from(encoder.hidden(tokens, noDropout).dataSync());
    const first = encoder.first(tokens, noDropout);
    return [hidden, encoder.spec.pooler ? Array.from(encoder.pooled(first).dataSync()) : golden.poolerOutput.flat()];
  });
  const width = encoder.spec.hidden;
  let most = 0;
  for (const [row, tokens] of golden.lastHiddenState.entries()) {
    for (const [at, expected] of tokens.entries()) {
      if (inputs.mask[row]?.[at] !== 1) continue;
      const start = (row * batch.length + at) * width;
      most = Math.max(most, largestDifference((hidden as number[]).slice(start, start + expected.length), expected));
    }
  }
  return [most, largestDifference(pooled as number[], golden.poolerOutput.flat())];
}
