// Sums of tensors that are computed one after another, such as the gradients of micro-batches.
import * as tf from '@tensorflow/tfjs';
import { addInPlace } from '../onnx/add-in-place.ts';
import { OnnxBackend } from '../onnx/backend.ts';

/** Adds to each sum the term of its place, in place where the backend can; takes both over and gives the sums. */
export function accumulate(sums: readonly tf.Tensor[], terms: readonly tf.Tensor[]): tf.Tensor[] {
  const backend = tf.backend();
  if (!(backend instanceof OnnxBackend)) {
    const added = sums.map((sum, i) => tf.add(sum, terms[i] as tf.Tensor));
    tf.dispose([...sums, ...terms]);
    return added;
  }
  addInPlace(backend, sums, terms);
  tf.dispose([...terms]);
  return [...sums];
}
