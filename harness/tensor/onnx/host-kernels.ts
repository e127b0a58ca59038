// The kernels that run on the host through tfjs's own cpu kernels, and why: ONNX Runtime computes all others.
import * as tf from '@tensorflow/tfjs';
import type { OnnxBackend } from './backend.ts';
import { BACKEND_NAME } from './kernels/define.ts';

export interface HostKernels {
  readonly why: string;
  readonly names: readonly string[];
}

export const HOST_KERNELS: readonly HostKernels[] = [
  { why: 'ALL FOR NOW', names: tf.getKernelsForBackend('cpu').map(({ kernelName }) => kernelName) },
];

export const hostKernels: readonly tf.KernelConfig[] = HOST_KERNELS.flatMap(({ names }) => names.map(onHost));

function onHost(kernelName: string): tf.KernelConfig {
  return {
    kernelName,
    backendName: BACKEND_NAME,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const onnx = backend as OnnxBackend;
      return onnx.host.run(kernelName, inputs, attrs ?? {}, onnx);
    },
  };
}
