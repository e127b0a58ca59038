// Dropout masks as a pure function of (seed, step, site): the same on every device and after a resume.
import type { Stream, Streams } from '../random/streams.ts';
import { feed, tf } from '../tensor/index.ts';

export type DropoutAtRate = <T extends tf.Tensor>(rate: number, site: string, x: T) => T;

/**
 * Dropout at the step that `stepNow` gives (of its second micro-batch on as `<step>.<micro-batch>`); undefined outside
 * training, where nothing is dropped.
 */
export function seededDropout(random: Streams, stepNow: () => number | string | undefined): DropoutAtRate {
  return (rate, site, x) => {
    if (rate === 0 || stepNow() === undefined) return x;
    const mask = feed(x.shape, 'float32', () => drawMask(random(`dropout/${stepNow()}/${site}`), rate, x.size));
    return tf.mul(x, mask) as typeof x;
  };
}

/** 0 at `rate`, else what keeps the mean. */
function drawMask(draw: Stream, rate: number, size: number): Float32Array {
  const kept = 1 / (1 - rate);
  return Float32Array.from({ length: size }, () => (draw.uniform(0, 1) < rate ? 0 : kept));
}
