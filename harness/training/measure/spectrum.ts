// How large a change of a matrix is, and over how many directions it is spread.
import { adopt, tf } from '../../tensor/index.ts';

export interface Spectrum {
  /** Frobenius norm: the root of the sum of the squares of the singular values. */
  readonly norm: number;
  /**
   * (sum s_i^2)^2 / sum s_i^4 over the singular values s_i: k for k equal ones and zeros besides, 1 for a matrix of rank 1.
   * That is the effective rank R_0 of the matrix's Gram matrix of Bartlett et al. (2020, Benign overfitting in linear
   * regression, definition 3), also known as participation ratio. It needs products alone, where entropies of the spectrum
   * (Roy & Vetterli, 2007) need every singular value, and counts small ones less than these. Null where the norm is 0.
   */
  readonly rank: number | null;
}

const NOTHING: Spectrum = { norm: 0, rank: null };

/**
 * Of a whole matrix.
 * @param values [rows, columns], row-major; taken over, and scaled
 */
export function spectrumOf(values: Float32Array, [rows, columns]: readonly [number, number]): Spectrum {
  const norm = normOf(values);
  if (norm === 0) return NOTHING;
  // Of norm 1, no product leaves the range of 32-bit floats.
  scale(values, 1 / norm);
  const gram = read(() => {
    const matrix = adopt(values, [rows, columns]) as tf.Tensor2D;
    return rows <= columns ? tf.matMul(matrix, matrix, false, true) : tf.matMul(matrix, matrix, true, false);
  });
  const size = Math.min(rows, columns);
  return { norm, rank: ratio(traceOf(gram, size), squares(gram)) };
}

/**
 * Of B A, which is never made: the traces of (B^T B)(A A^T) and of its square are those of the product's Gram matrix.
 * @param b [rows, r]
 * @param a [r, columns]
 */
export function spectrumOfProduct(b: Float32Array, a: Float32Array, r: number): Spectrum {
  const [normB, normA] = [normOf(b), normOf(a)];
  if (normB === 0 || normA === 0) return NOTHING;
  const product = read(() => {
    const left = adopt(scale(b.slice(), 1 / normB), [b.length / r, r]) as tf.Tensor2D;
    const right = adopt(scale(a.slice(), 1 / normA), [r, a.length / r]) as tf.Tensor2D;
    return tf.matMul(tf.matMul(left, left, true, false), tf.matMul(right, right, false, true));
  });
  const trace = traceOf(product, r);
  // Boosters can cancel one another.
  if (trace <= 0) return NOTHING;
  let square = 0;
  for (let i = 0; i < r; i++) {
    for (let j = 0; j < r; j++) square += (product[i * r + j] as number) * (product[j * r + i] as number);
  }
  return { norm: normB * normA * Math.sqrt(trace), rank: ratio(trace, square) };
}

/** Frobenius. */
export function normOf(values: Float32Array): number {
  return Math.sqrt(squares(values));
}

function ratio(sum: number, sumOfSquares: number): number {
  return sum ** 2 / sumOfSquares;
}

function squares(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

function traceOf(square: Float32Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += square[i * (size + 1)] as number;
  return sum;
}

function scale(values: Float32Array, factor: number): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * factor;
  return values;
}

function read(compute: () => tf.Tensor): Float32Array {
  return tf.tidy(() => compute().dataSync<'float32'>());
}
