// Analytic counts of a model's parts, without weights.
import type { ModelSpec, Site } from '../contracts/model.ts';
import { decoderParameters, decoderSites } from './decoder.ts';
import { encoderParameters, encoderSites } from './encoder.ts';
import type { ParameterShape } from './parameters.ts';

/** The adaptation sites of a model of this size. */
export function sitesOf(spec: ModelSpec): Site[] {
  return spec.family === 'encoder' ? encoderSites(spec) : decoderSites(spec);
}

/** Names and shapes of every parameter of a base model of this size, as `AdaptableModel.parameters` has them. */
export function parametersOf(spec: ModelSpec): ParameterShape[] {
  return spec.family === 'encoder' ? encoderParameters(spec) : decoderParameters(spec);
}

/** Parameters of the base model. */
export function countBase(spec: ModelSpec): number {
  return parametersOf(spec).reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
