// Dropout masks as a pure function of (seed, step, site): the same on every backend, on every device and after a resume.
import { dropMask } from '../random/drop-mask.ts';
import type { Streams } from '../random/streams.ts';
import { feed, tf } from '../tensor/index.ts';

export type DropoutAtRate = <T extends tf.Tensor>(rate: number, site: string, x: T) => T;

/**
 * Dropout at the step that `stepNow` gives (of its second micro-batch on as `<step>.<micro-batch>`); undefined outside
 * training, where nothing is dropped.
 */
export function seededDropout(random: Streams, stepNow: () => number | string | undefined): DropoutAtRate {
  return (rate, site, x) => {
    if (rate === 0 || stepNow() === undefined) return x;
    const draw = () => {
      const { integer } = random(`dropout/${stepNow()}/${site}`);
      return dropMask([integer(WORD), integer(WORD)], rate, x.size);
    };
    return tf.mul(x, factorsOf(x.shape, rate, draw)) as typeof x;
  };
}

const WORD = 2 ** 32;
/** Elements of a byte of the mask. */
const BITS = 8;

/** 0 where the mask drops, else what keeps the mean. The mask travels as bytes, which look their eight factors up. */
function factorsOf(shape: number[], rate: number, draw: () => Int32Array): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const kept = 1 / (1 - rate);
  const table = Float32Array.from({ length: 2 ** BITS * BITS }, (_, i) => ((i >> 3) >> (i & 7)) & 1 && kept);
  const rows = feed([Math.ceil(size / BITS)], 'int32', draw) as tf.Tensor1D;
  const factors = tf.gather(tf.tensor2d(table, [2 ** BITS, BITS]), rows);
  return tf.reshape(size % BITS === 0 ? factors : tf.slice(tf.reshape(factors, [-1]), [0], [size]), shape);
}
