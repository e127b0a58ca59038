// The one line in which commands say what computes tfjs's kernels.
import type { KernelsDescription } from '../tensor/index.ts';

export function kernelsLine({ native, host }: KernelsDescription): string {
  const onHost = host.flatMap(({ names }) => names);
  return `${native.length} by ONNX Runtime, ${onHost.length} on the host (tfjs's own): ${onHost.join(', ')}`;
}
