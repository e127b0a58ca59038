// Weights held in fewer bits than a float, turned into floats wherever they are used.
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../../contracts/input-error.ts';
import { OnnxBackend } from '../onnx/backend.ts';
import { hasKernel, runKernel } from './kernel.ts';

/**
 * A matrix [rows, width] in one of three forms, told apart by their codes. Scales and minimums are half-precision
 * numbers, one for each 32 values of a row, [rows, width / 32].
 * - float16 codes [rows, width]: the values
 * - int8 codes [rows, width]: code * scale (GGML's Q8_0)
 * - uint8 codes [rows, width / 2], two of 4 bits a byte, byte i of a block having value i in its low half and i + 16 in
 *   its high one: code * scale + minimum (GGML's Q4_1)
 */
export interface PackedArrays {
  readonly shape: readonly [rows: number, width: number];
  readonly codes: Uint16Array | Int8Array | Uint8Array;
  readonly scales?: Uint16Array;
  readonly minimums?: Uint16Array;
}

/** The same in the backend's keeping: variables that tfjs sees as bytes and nobody trains. */
export interface PackedMatrix {
  readonly shape: readonly [rows: number, width: number];
  readonly codes: tf.Variable;
  readonly scales?: tf.Variable;
  readonly minimums?: tf.Variable;
}

/** Takes the arrays over without copying them. @throws InputError on a backend that cannot read packed weights */
export function hold({ shape, codes, scales, minimums }: PackedArrays): PackedMatrix {
  // In the shapes in which they are used: a view would be an operation of every matrix in a graph.
  const blocks = scales?.length;
  return {
    shape,
    codes: heldPart(codes, blocks === undefined ? shape : [blocks, codes.length / blocks]),
    ...(scales && { scales: heldPart(scales, [scales.length]) }),
    ...(minimums && { minimums: heldPart(minimums, [minimums.length, 1]) }),
  };
}

/** In the order codes, scales, minimums. */
export function partsOf({ codes, scales, minimums }: PackedMatrix): tf.Variable[] {
  return [codes, scales, minimums].filter((part) => part !== undefined);
}

/** The values, [rows, width]; no gradient flows back. */
export function dequantize(matrix: PackedMatrix): tf.Tensor2D {
  return runKernel('Dequantize', inputsOf(matrix), { rows: matrix.shape[0] }) as tf.Tensor2D;
}

/** The rows of a table that `ids` [n] names, [n, width]; to a packed one no gradient flows back. */
export function lookUp(table: tf.Tensor2D | PackedMatrix, ids: tf.Tensor1D): tf.Tensor2D {
  if (table instanceof tf.Tensor) return tf.gather(table, ids);
  return runKernel('DequantizeRows', { ...inputsOf(table), ids }, { rows: table.shape[0] }) as tf.Tensor2D;
}

/** As kernels take it. */
export function inputsOf({ codes, scales, minimums }: PackedMatrix): tf.NamedTensorMap {
  return { codes, ...(scales && { scales }), ...(minimums && { minimums }) };
}

function heldPart(array: PackedArrays['codes'], elements: readonly number[]): tf.Variable {
  const backend = tf.backend();
  if (!(backend instanceof OnnxBackend && hasKernel('Dequantize'))) {
    throw new InputError(
      `the backend ${tf.getBackend()} cannot read packed weights, expected onnx on the cpu, or a base in f32`,
    );
  }
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const { dataId, shape, dtype } = backend.hold(bytes, typeOf(array), elements);
  const tensor = tf.engine().makeTensorFromDataId(dataId, shape, dtype);
  const variable = tf.variable(tensor, false);
  tensor.dispose();
  return variable;
}

function typeOf(array: PackedArrays['codes']): 'float16' | 'int8' | 'uint8' {
  if (array instanceof Uint16Array) return 'float16';
  return array instanceof Int8Array ? 'int8' : 'uint8';
}
