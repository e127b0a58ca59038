// Logits of a decoder against those of a fixture (made by scripts/fixtures/decoder.py).
import { type CausalSequences, feedCausal, padCausal } from '../../harness/models/causal-batch.ts';
import type { Decoder } from '../../harness/models/decoder.ts';
import { noDropout } from '../../harness/models/dropout.ts';
import { tf } from '../../harness/tensor/index.ts';
import { largestDifference } from '../fixtures.ts';

/** What transformers computes of a padded batch. */
export interface GoldenLogits {
  readonly ids: readonly number[][];
  /** 1 at tokens, 0 at padding. */
  readonly mask: readonly number[][];
  /** [sequences][tokens][vocab] */
  readonly logits: readonly number[][][];
}

/** The texts of a fixture, without padding. */
export function textsOf({ ids, mask }: GoldenLogits): number[][] {
  return ids.map((row, at) => row.filter((_, i) => mask[at]?.[i] === 1));
}

/** The largest difference at tokens, the padding being `padTokenId`. */
export function logitDifference(decoder: Decoder, golden: GoldenLogits, padTokenId: number): number {
  const texts = textsOf(golden);
  const batch = padCausal(texts, padTokenId);
  const logits = logitsOf(decoder, batch);
  const differences = texts.map(({ length }, row) => {
    const ours = logits.slice(row * batch.length, row * batch.length + length);
    return largestDifference(ours.flat(), golden.logits[row]?.slice(0, length).flat() ?? []);
  });
  return Math.max(...differences);
}

/** Of every token, padding included. */
export function logitsOf(decoder: Decoder, batch: CausalSequences): number[][] {
  return tf.tidy(() => {
    const tokens = feedCausal(decoder.spec, () => batch);
    return decoder.logits(decoder.read(tokens, noDropout).states).arraySync();
  });
}
