// The tokens that a decoder finds likeliest next, for a batch of prompts and then, step by step, for their continuations.
import { type CausalSequences, feedCausal } from '../models/causal-batch.ts';
import type { Decoder, DecoderOutput } from '../models/decoder.ts';
import { noDropout } from '../models/dropout.ts';
import { feed, tf } from '../tensor/index.ts';
import type { Candidate } from './beam-search.ts';
import { createReplay } from './replay.ts';
import { TokenMemory } from './token-memory.ts';

export interface PromptBatch extends CausalSequences {
  /** The number of each sequence's last token. */
  readonly last: readonly number[];
}

/** Tokens whose sequences go on from what `memory` holds, which has room for them: all its slots are the `past`. */
export interface NextBatch extends CausalSequences {
  readonly memory: TokenMemory;
}

export interface NextTokens {
  /** @returns of each prompt the likeliest tokens after it, and the memory of the batch */
  read(batch: PromptBatch): { readonly candidates: Candidate[][]; readonly memory: TokenMemory };
  /** Appends the tokens to the batch's memory. @returns of each token, sequence by sequence, the likeliest after it */
  step(batch: NextBatch): Candidate[][];
}

/**
 * @param count tokens to give, with their log-probabilities: the likeliest first, the lower id first of equals
 */
export function createNextTokens(decoder: Decoder, count: number): NextTokens {
  const { spec } = decoder;
  const outputs = (rows: tf.Tensor2D, { added }: DecoderOutput): tf.Tensor[] => {
    const logits = decoder.logits(rows);
    const { values, indices } = tf.topk(logits, count);
    // ONNX Runtime sums up a row alike in every batch in Softmax, but not in LogSoftmax.
    const greatest = tf.max(tf.softmax(logits), 1);
    return [indices, values, greatest, ...added.flatMap((layer) => [layer.keys, layer.values])];
  };
  const reader = createReplay(shapeOf, (current: () => PromptBatch) => {
    const { size, length } = current();
    const ends = () => Int32Array.from(current().last, (token, row) => row * length + token);
    const output = decoder.read(feedCausal(spec, current), noDropout);
    return outputs(tf.gather(output.states, feed([size], 'int32', ends)) as tf.Tensor2D, output);
  });
  const stepper = createReplay(shapeOf, (current: () => NextBatch) => {
    const past = TokenMemory.feed(spec, () => current().memory);
    const output = decoder.read(feedCausal(spec, current), noDropout, past);
    return outputs(output.states, output);
  });
  return {
    read(batch) {
      const { candidates, tables } = readAndDispose(reader.run(batch), count);
      const memory = new TokenMemory(spec, batch.size);
      memory.reserve(batch.length);
      memory.append(tables, batch.length);
      return { candidates, memory };
    },
    step(batch) {
      const { candidates, tables } = readAndDispose(stepper.run(batch), count);
      batch.memory.append(tables, batch.length);
      return candidates;
    },
  };
}

const shapeOf = ({ size, length, past }: CausalSequences): string => `${size} ${length} ${past[0]?.length}`;

function readAndDispose(tensors: readonly tf.Tensor[], count: number) {
  const [ids, logits, greatest, ...tables] = tensors.map((tensor) => tensor.dataSync()) as [
    Int32Array,
    Float32Array,
    Float32Array,
    ...Float32Array[],
  ];
  for (const tensor of tensors) tensor.dispose();
  const candidates = Array.from(greatest, (probability, row) => {
    const first = row * count;
    const shift = Math.log(probability) - (logits[first] as number);
    return Array.from({ length: count }, (_, i) => ({
      token: ids[first + i] as number,
      logProbability: Math.fround((logits[first + i] as number) + shift),
    }));
  });
  return { candidates, tables };
}
