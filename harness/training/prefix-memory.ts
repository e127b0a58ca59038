// What a decoder remembers of a prefix, read once and given to every batch that continues it.
import type { DecoderSpec } from '../contracts/model.ts';
import { type CausalSequences, feedCausal, HIDDEN } from '../models/causal-batch.ts';
import type { Decoder, LayerMemory } from '../models/decoder.ts';
import { noDropout } from '../models/dropout.ts';
import { feed, type tf } from '../tensor/index.ts';
import { createReplay } from './replay.ts';

/** Remembered lengths are rounded up to a multiple of this: few shapes to compile, and what is hidden costs little. */
const LENGTH_STEP = 256;

/** A prefix's keys and values, on the host. */
export interface RememberedPrefix {
  /** Positions of the keys; {@link HIDDEN} past the prefix's end. */
  readonly past: Int32Array;
  /** The position of what comes next. */
  readonly next: number;
  /** Of each layer its keys, then its values: [1, keyValueHeads, past.length, headWidth]. */
  readonly tables: readonly Float32Array[];
}

export const NOTHING: RememberedPrefix = { past: new Int32Array(), next: 0, tables: [] };

/** Gives a function that reads a prefix of at least one token. */
export function createPrefixReader(decoder: Decoder): (prefix: readonly number[]) => RememberedPrefix {
  const { padTokenId } = decoder.spec;
  const reader = createReplay(
    ({ length }: CausalSequences) => `${length}`,
    (current) =>
      decoder
        .read(feedCausal(decoder.spec, current), noDropout)
        .memory.flatMap(({ keys, values }): tf.Tensor[] => [keys, values]),
  );
  return (prefix) => {
    const length = Math.ceil(prefix.length / LENGTH_STEP) * LENGTH_STEP;
    const ids = new Int32Array(length).fill(padTokenId);
    ids.set(prefix);
    const positions = Int32Array.from({ length }, (_, i) => i);
    const tensors = reader.run({ size: 1, length, ids, positions: [positions], past: [new Int32Array()] });
    const tables = tensors.map((tensor) => tensor.dataSync() as Float32Array);
    for (const tensor of tensors) tensor.dispose();
    return { past: positions.map((at) => (at < prefix.length ? at : HIDDEN)), next: prefix.length, tables };
  };
}

/** The memory that `current` gives, of one length whenever it is asked, fed to a computation. */
export function feedMemory({ keyValueHeads, headWidth }: DecoderSpec, current: () => RememberedPrefix): LayerMemory[] {
  const { past, tables } = current();
  const table = (index: number) =>
    feed(
      [1, keyValueHeads, past.length, headWidth],
      'float32',
      () => current().tables[index] as Float32Array,
    ) as tf.Tensor4D;
  return Array.from({ length: tables.length / 2 }, (_, layer) => ({
    keys: table(2 * layer),
    values: table(2 * layer + 1),
  }));
}
