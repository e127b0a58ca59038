// Hashes by which a result can be checked without rerunning its comparison by eye.
import { createHash } from 'node:crypto';
import type { Parameter } from '../contracts/model.ts';
import { requireFinite } from '../contracts/not-finite.ts';
import type { tf } from '../tensor/index.ts';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Of names and bytes, little-endian (float32, or those of packed weights), in the order given.
 * @throws NotFinite naming the first that holds NaN or an infinity
 */
export function hashParameters(parameters: readonly Parameter[], variables: readonly tf.Variable[]): string {
  const hash = createHash('sha256');
  for (const { name, variable } of parameters)
    hash.update(`${name} [${variable.shape}]`).update(bytesOf(variable, name));
  for (const variable of variables) hash.update(`[${variable.shape}]`).update(bytesOf(variable, variable.name));
  return hash.digest('hex');
}

/** Of the losses as float32, little-endian. */
export function hashLosses(losses: readonly number[]): string {
  return createHash('sha256')
    .update(new Uint8Array(Float32Array.from(losses).buffer))
    .digest('hex');
}

function bytesOf(variable: tf.Variable, name: string): Uint8Array {
  const values = variable.dataSync<'float32'>();
  requireFinite(values, (value, index) => `${name} holds ${value} at index ${index}`);
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
