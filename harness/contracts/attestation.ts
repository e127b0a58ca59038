// Hashes of what a run gives, for those who make a record and for those who read it alike. SHA-256, in hex.
import { createHash } from 'node:crypto';
import type { Prediction } from '../records/schema.ts';

export function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

/** Of the losses as float32, little-endian. */
export function hashLosses(losses: readonly number[]): string {
  return createHash('sha256')
    .update(new Uint8Array(Float32Array.from(losses).buffer))
    .digest('hex');
}

/** The predictions as their file holds them, a line each: the bytes that are hashed. */
export function predictionLines(predictions: readonly Prediction[]): string {
  return predictions.map((prediction) => `${JSON.stringify(inOrder(prediction))}\n`).join('');
}

function inOrder(given: Prediction): Prediction {
  const { set, id, label, prediction, scores, predictionNorm, text, ...others } = given;
  return {
    ...{ set, id, label, prediction, scores },
    ...(predictionNorm !== undefined && { predictionNorm }),
    ...(text !== undefined && { text }),
    ...others,
  };
}
