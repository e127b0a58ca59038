// Named random streams of a run's seed: every draw in a result's path comes from one of these.
import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';

/** A stream of random draws, the same on every machine. */
export interface Stream {
  /** Uniform in [low, high). */
  uniform(low: number, high: number): number;
  /** Normal with mean 0 and the given deviation (Box and Muller, 1958). */
  normal(deviation: number): number;
  /** Uniform integer in [0, count). */
  integer(count: number): number;
  /** 32 random bits, as a signed integer. */
  word(): number;
  /** A permutation of 0 .. count - 1 (Fisher and Yates). */
  permutation(count: number): number[];
}

/** Gives the stream of a name, from its beginning. */
export type Streams = (name: string) => Stream;

/** The streams of one seed. The same seed and name give the same draws, whatever else was drawn. */
export function streamsOf(seed: number): Streams {
  return (name) => streamFrom(generator(seed, name));
}

/** 128 bits of SHA-256 of "seed/name" are the generator's state. */
function generator(seed: number, name: string): RandomGenerator {
  const digest = createHash('sha256').update(`${seed}/${name}`).digest();
  const state = [0, 4, 8, 12].map((offset) => digest.readInt32LE(offset));
  return xoroshiro128plusFromState(state);
}

function streamFrom(rng: RandomGenerator): Stream {
  const integer = (count: number): number => uniformInt(rng, 0, count - 1);
  return {
    uniform: (low, high) => low + (high - low) * uniformFloat64(rng),
    normal(deviation) {
      const radius = Math.sqrt(-2 * Math.log(1 - uniformFloat64(rng)));
      return deviation * radius * Math.cos(2 * Math.PI * uniformFloat64(rng));
    },
    integer,
    word: () => rng.next(),
    permutation(count) {
      const order = Array.from({ length: count }, (_, i) => i);
      for (let i = count - 1; i > 0; i--) {
        const j = integer(i + 1);
        [order[i], order[j]] = [order[j] as number, order[i] as number];
      }
      return order;
    },
  };
}
