// Dropout (Srivastava et al., 2014) at named sites. A model calls it everywhere; who trains decides what it does.
import type { tf } from '../tensor/index.ts';

/** Drops elements of `x` at the named site, or gives it back as it is. */
export type Dropout = <T extends tf.Tensor>(site: string, x: T) => T;

/** For evaluation, and for training without dropout. */
export const noDropout: Dropout = (_site, x) => x;
