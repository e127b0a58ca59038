// Kinds of values that a record's schema is made of, each with its description.
import Type, { type TSchema } from 'typebox';

export const closed = { additionalProperties: false };
export const object = (description: string) => ({ ...closed, description });
export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
export const number = (description: string) => Type.Number({ description });
export const count = (description: string) => Type.Integer({ minimum: 0, description });
/** Seconds, ratios, norms. */
export const magnitude = (description: string) => Type.Number({ minimum: 0, description });
export const text = (description: string) => Type.String({ description });
export const sha256 = (description: string) => Type.String({ pattern: '^[0-9a-f]{64}$', description });
