// Dropout masks as a pure function of (seed, step, site): the same on every device and after a resume.
import type { Streams } from '../random/streams.ts';
import { tf } from '../tensor/index.ts';

export type DropoutAtRate = <T extends tf.Tensor>(rate: number, site: string, x: T) => T;

/** Dropout at the step that `stepNow` gives; undefined outside training, where nothing is dropped. */
export function seededDropout(random: Streams, stepNow: () => number | undefined): DropoutAtRate {
  return (rate, site, x) => {
    const step = stepNow();
    if (rate === 0 || step === undefined) return x;
    const draw = random(`dropout/${step}/${site}`);
    const kept = 1 / (1 - rate);
    const mask = Float32Array.from({ length: x.size }, () => (draw.uniform(0, 1) < rate ? 0 : kept));
    return tf.mul(x, tf.tensor(mask, x.shape)) as typeof x;
  };
}
