// How large a change of a matrix is, and over how many directions it is spread.
import { adopt, tf } from '../../tensor/index.ts';
import { valuesOf } from './values-of.ts';

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
  const gram = valuesOf(() => {
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
  const [left, right] = [scale(b.slice(), 1 / normB), scale(a.slice(), 1 / normA)];
  const product = r <= LARGEST_SMALL ? productOfSmall(left, right, r) : productOfGrams(left, right, r);
  const trace = traceOf(product, r);
  // Boosters can cancel one another.
  if (trace <= 0) return NOTHING;
  let square = 0;
  for (let i = 0; i < r; i++) {
    for (let j = 0; j < r; j++) square += (product[i * r + j] as number) * (product[j * r + i] as number);
  }
  return { norm: normB * normA * Math.sqrt(trace), rank: ratio(trace, square) };
}

/** Up to this rank, a graph takes longer than its arithmetic. */
const LARGEST_SMALL = 16;

/** (B^T B)(A A^T), [r, r]. */
function productOfGrams(b: Float32Array, a: Float32Array, r: number): Float32Array {
  return valuesOf(() => {
    const left = adopt(b, [b.length / r, r]) as tf.Tensor2D;
    const right = adopt(a, [r, a.length / r]) as tf.Tensor2D;
    return tf.matMul(tf.matMul(left, left, true, false), tf.matMul(right, right, false, true));
  });
}

/** The same, sum by sum. */
function productOfSmall(b: Float32Array, a: Float32Array, r: number): Float64Array {
  const [rows, columns] = [b.length / r, a.length / r];
  const square = (entry: (i: number, j: number) => number) =>
    Float64Array.from({ length: r * r }, (_, at) => entry(Math.floor(at / r), at % r));
  const dot = (count: number, of: (k: number) => number) => {
    let sum = 0;
    for (let k = 0; k < count; k++) sum += of(k);
    return sum;
  };
  const left = square((i, j) => dot(rows, (k) => (b[k * r + i] as number) * (b[k * r + j] as number)));
  const right = square((i, j) => dot(columns, (k) => (a[i * columns + k] as number) * (a[j * columns + k] as number)));
  return square((i, j) => dot(r, (k) => (left[i * r + k] as number) * (right[k * r + j] as number)));
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
  // By index: an iterator takes ten times as long over so many.
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    sum += value * value;
  }
  return sum;
}

function traceOf(square: Float32Array | Float64Array, size: number): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += square[i * (size + 1)] as number;
  return sum;
}

function scale(values: Float32Array, factor: number): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * factor;
  return values;
}
