// What a decoder remembers of a prefix, read once and given to every batch that continues it.
import { type CausalSequences, feedCausal, HIDDEN } from '../models/causal-batch.ts';
import type { Decoder } from '../models/decoder.ts';
import { noDropout } from '../models/dropout.ts';
import type { tf } from '../tensor/index.ts';
import { createReplay } from './replay.ts';
import { TokenMemory } from './token-memory.ts';

/** Remembered lengths are rounded up to a multiple of this: few shapes to compile, and what is hidden costs little. */
const LENGTH_STEP = 256;

/** A prefix's keys and values, on the host. */
export interface RememberedPrefix {
  /** Positions of the keys; {@link HIDDEN} past the prefix's end. */
  readonly past: Int32Array;
  /** The position of what comes next. */
  readonly next: number;
  /** Of one sequence, with a slot for each of `past`; undefined where that is empty. */
  readonly memory: TokenMemory | undefined;
}

export const NOTHING: RememberedPrefix = { past: new Int32Array(), next: 0, memory: undefined };

/** Gives a function that reads a prefix of at least one token. */
export function createPrefixReader(decoder: Decoder): (prefix: readonly number[]) => RememberedPrefix {
  const { spec } = decoder;
  const reader = createReplay(
    ({ length }: CausalSequences) => `${length}`,
    (current) =>
      decoder
        .read(feedCausal(spec, current), noDropout)
        .added.flatMap(({ keys, values }): tf.Tensor[] => [keys, values]),
  );
  return (prefix) => {
    const length = Math.ceil(prefix.length / LENGTH_STEP) * LENGTH_STEP;
    const ids = new Int32Array(length).fill(spec.padTokenId);
    ids.set(prefix);
    const positions = Int32Array.from({ length }, (_, i) => i);
    const tensors = reader.run({ size: 1, length, ids, positions: [positions], past: [new Int32Array()] });
    const tables = tensors.map((tensor) => tensor.dataSync() as Float32Array);
    for (const tensor of tensors) tensor.dispose();
    const memory = new TokenMemory(spec, 1);
    memory.reserve(length);
    memory.append(tables, length);
    return { past: positions.map((at) => (at < prefix.length ? at : HIDDEN)), next: prefix.length, memory };
  };
}
