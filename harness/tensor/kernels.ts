// What computes which of tfjs's kernels, for whoever asks what the onnx backend can do.
import { HOST_KERNELS, type HostKernels } from './onnx/host-kernels.ts';
import { KERNELS } from './onnx/kernels/index.ts';

export interface KernelsDescription {
  /** Names of the kernels that ONNX Runtime computes. */
  readonly native: readonly string[];
  /** Those that run on the host through tfjs's own cpu backend, by reason. */
  readonly host: readonly HostKernels[];
}

/** The kernels of the onnx backend; together they are all that tfjs's cpu backend has. */
export function describeKernels(): KernelsDescription {
  return { native: KERNELS.map(({ kernelName }) => kernelName), host: HOST_KERNELS };
}
