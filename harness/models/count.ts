// Analytic counts of a model's parts, without weights.
import type { ModelSpec, Site } from '../contracts/model.ts';
import { encoderParameters, encoderSites } from './encoder.ts';

/** The adaptation sites of a model of this size. */
export function sitesOf(spec: ModelSpec): Site[] {
  return encoderSites(spec);
}

/** Parameters of the base model. */
export function countBase(spec: ModelSpec): number {
  return encoderParameters(spec).reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
