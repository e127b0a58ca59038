// Hashes by which a result can be checked without rerunning its comparison by eye.
import { createHash } from 'node:crypto';
import type { Parameter } from '../contracts/model.ts';
import type { tf } from '../tensor/index.ts';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Of names and bytes, little-endian (float32, or those of packed weights), in the order given. */
export function hashParameters(parameters: readonly Parameter[], variables: readonly tf.Variable[]): string {
  const hash = createHash('sha256');
  for (const { name, variable } of parameters) hash.update(`${name} [${variable.shape}]`).update(bytesOf(variable));
  for (const variable of variables) hash.update(`[${variable.shape}]`).update(bytesOf(variable));
  return hash.digest('hex');
}

/** Of the losses as float32, little-endian. */
export function hashLosses(losses: readonly number[]): string {
  return createHash('sha256')
    .update(new Uint8Array(Float32Array.from(losses).buffer))
    .digest('hex');
}

function bytesOf(variable: tf.Variable): Uint8Array {
  const { buffer, byteOffset, byteLength } = variable.dataSync<'float32'>();
  return new Uint8Array(buffer, byteOffset, byteLength);
}
