// How a frozen base model lies in memory; what a method trains beside it is always in 32-bit floats.

/**
 * Of the base's matrices: 32-bit floats; half precision; blocks of 32 values in 8 bits with a scale (GGML's Q8_0); or in
 * 4 bits with a scale and a minimum (Q4_1), the table of embeddings and the output map then being in 8.
 */
export const BASE_PRECISIONS = ['f32', 'f16', 'q8', 'q4'] as const;
export type BasePrecision = (typeof BASE_PRECISIONS)[number];
export type PackedPrecision = Exclude<BasePrecision, 'f32'>;

/**
 * What becomes of a matrix that is not in 32-bit floats when an adapter is merged into it: the adapter is kept beside it,
 * in a stack of all that were merged (nothing is lost); or the matrix becomes 32-bit floats (as little is lost, and four
 * to eight times the memory taken); or the sum is brought to the base's precision again (which may lose the adapter).
 */
export const BASE_MERGES = ['stack', 'dequantize', 'requantize'] as const;
export type BaseMerge = (typeof BASE_MERGES)[number];
