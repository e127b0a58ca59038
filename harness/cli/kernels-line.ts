// How commands say what computes tfjs's kernels.
import { counted } from '../contracts/words.ts';
import type { KernelsDescription } from '../tensor/index.ts';

/** One line. */
export function kernelsLine({ native, host }: KernelsDescription): string {
  const onHost = host.flatMap(({ names }) => names);
  return `${native.length} by ONNX Runtime, ${onHost.length} on the host (tfjs's own; doctor --kernels names them)`;
}

/** Those on the host by why they are there, then the others. */
export function kernelLists({ native, host }: KernelsDescription): string[] {
  return [
    ...host.map(({ why, names }) => `${counted(names.length, 'kernel')} on the host, ${why}: ${names.join(', ')}`),
    `${counted(native.length, 'kernel')} by ONNX Runtime: ${native.join(', ')}`,
  ];
}
