// Chooses the backend that tfjs runs on.
import * as tf from '@tensorflow/tfjs';
import { type BackendStatistics, OnnxBackend } from './onnx/backend.ts';
import { hostKernels } from './onnx/host-kernels.ts';
import { BACKEND_NAME } from './onnx/kernels/define.ts';
import { KERNELS } from './onnx/kernels/index.ts';

export const BACKENDS = ['onnx', 'cpu'] as const;
export type BackendName = (typeof BACKENDS)[number];

/**
 * Makes `name` the backend of every tensor from now on.
 * @param threads threads of a matrix product; results do not depend on it
 */
export function useBackend(name: BackendName, { threads }: { threads: number }): void {
  if (name === 'onnx' && tf.findBackendFactory(BACKEND_NAME) === null) registerOnnx(threads);
  if (!tf.setBackend(name)) throw new Error(`the ${name} backend could not be started`);
}

/** What the onnx backend compiled and ran so far; undefined on another backend. */
export function backendStatistics(): Readonly<BackendStatistics> | undefined {
  const backend = tf.backend();
  return backend instanceof OnnxBackend ? backend.statistics : undefined;
}

function registerOnnx(threads: number): void {
  for (const config of [...hostKernels, ...KERNELS]) tf.registerKernel(config);
  tf.registerBackend(BACKEND_NAME, () => new OnnxBackend(threads));
}
