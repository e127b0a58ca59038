// Analytic counts of a model's parts, without weights.
import type { BasePrecision } from '../contracts/base-precision.ts';
import type { ModelSpec, Site } from '../contracts/model.ts';
import { precisionOf, unfit } from './base-weights.ts';
import { decoderParameters, decoderSites } from './decoder.ts';
import { encoderParameters, encoderSites } from './encoder.ts';
import type { ParameterShape } from './parameters.ts';

/** A study of thousands of runs asks for them at each. */
const known = new WeakMap<ModelSpec, readonly Site[]>();

/** The adaptation sites of a model of this size. */
export function sitesOf(spec: ModelSpec): readonly Site[] {
  const sites = known.get(spec) ?? (spec.family === 'encoder' ? encoderSites(spec) : decoderSites(spec));
  known.set(spec, sites);
  return sites;
}

/** Names and shapes of every parameter of a base model of this size, as `AdaptableModel.parameters` has them. */
export function parametersOf(spec: ModelSpec): ParameterShape[] {
  return spec.family === 'encoder' ? encoderParameters(spec) : decoderParameters(spec);
}

/** What is wrong with holding a base of this size in this precision. */
export function checkPrecision(spec: ModelSpec, precision: BasePrecision): string | undefined {
  if (precision === 'f32') return undefined;
  if (spec.family === 'encoder') return `the base precision is ${precision}, but an encoder's base is held in f32 only`;
  return unfit(parametersOf(spec), precision);
}

/** Bytes of the base model's parameters as they are held, before anything is merged into them. */
export function baseBytes(spec: ModelSpec, precision: BasePrecision): number {
  const bytesOf = (parameter: ParameterShape) =>
    BYTES_PER_VALUE[precisionOf(parameter, precision)] * parameter[1].reduce((a, b) => a * b, 1);
  return parametersOf(spec).reduce((sum, parameter) => sum + bytesOf(parameter), 0);
}

/** Bytes of the matrix of a site as it is held, before anything is merged into it. */
export function siteBytes({ in: width, out }: Site, precision: BasePrecision): number {
  return BYTES_PER_VALUE[precision] * width * out;
}

/** With the half-precision numbers that blocks of 32 share: one in q8, two in q4. */
const BYTES_PER_VALUE: Readonly<Record<BasePrecision, number>> = { f32: 4, f16: 2, q8: 34 / 32, q4: 20 / 32 };

/** Parameters of the base model. */
export function countBase(spec: ModelSpec): number {
  return parametersOf(spec).reduce((sum, [, shape]) => sum + shape.reduce((a, b) => a * b, 1), 0);
}
