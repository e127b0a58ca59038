// The values of a tensor that nobody needs any more.
import { tf } from '../../tensor/index.ts';

/** What `compute` gives, computed; all tensors made on the way go. */
export function valuesOf(compute: () => tf.Tensor): Float32Array {
  let values: Float32Array = new Float32Array();
  // Not given back by tidy, which would look for tensors among them, one by one.
  tf.tidy(() => {
    values = compute().dataSync<'float32'>();
  });
  return values;
}
