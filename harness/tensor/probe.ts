// Whether a backend, or a device, works on this machine.
import * as tf from '@tensorflow/tfjs';
import { type BackendDescription, type BackendOptions, describeBackend, useBackend } from './backend.ts';
import type { BackendName } from './backend-names.ts';

export type Probe =
  | ({ readonly works: true } & BackendDescription)
  /** `reason` is one line. */
  | { readonly works: false; readonly reason: string };

/** Starts a backend and multiplies two matrices on it, which leaves it the one in use. */
export function probeBackend(name: BackendName, options: BackendOptions): Probe {
  try {
    useBackend(name, options);
    const [product] = tf.tidy(() => Array.from(tf.matMul([[1, 2]], [[3], [4]]).dataSync()));
    if (product === 11) return { works: true, ...describeBackend() };
    return { works: false, reason: `gives ${product} for 1 * 3 + 2 * 4` };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { works: false, reason: message.replaceAll(/\s*\n\s*/g, ' ') };
  }
}
