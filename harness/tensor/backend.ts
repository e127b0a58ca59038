// Chooses the backend that tfjs runs on.
import * as tf from '@tensorflow/tfjs';
import type { BackendName } from './backend-names.ts';
import { type BackendStatistics, OnnxBackend } from './onnx/backend.ts';
import { HostKernelTraced } from './onnx/host.ts';
import { hostKernels } from './onnx/host-kernels.ts';
import { BACKEND_NAME } from './onnx/kernels/define.ts';
import { KERNELS } from './onnx/kernels/index.ts';
import type { Recomputed } from './onnx/recompute.ts';
import { describeRuntime } from './onnx/runtime.ts';
import { describeTensorflow, registerTensorflow } from './tensorflow.ts';

/**
 * Makes `name` the backend of every tensor from now on.
 * @param threads threads of a matrix product, where the backend is not started yet; results of onnx do not depend on it
 * @throws InputError where the packages of the tensorflow backend are not there; Error where a backend does not start
 */
export function useBackend(name: BackendName, { threads }: { threads: number }): void {
  if (name === 'onnx' && tf.findBackendFactory(BACKEND_NAME) === null) registerOnnx(threads);
  if (name === 'tensorflow') registerTensorflow(threads);
  void tf.setBackend(name);
  // A promise, even where nothing is waited for; and where a backend fails to start, tfjs would go on with another.
  if (tf.engine().registry[name] === undefined) throw new Error(`the ${name} backend could not be started`);
}

export interface BackendDescription {
  readonly backend: string;
  readonly device: string;
  /** The tensor runtime and its version. */
  readonly runtime: string;
}

/** The backend in use, as a record names it. */
export function describeBackend(): BackendDescription {
  const backend = tf.getBackend();
  if (backend === 'tensorflow') return { backend, ...describeTensorflow() };
  if (backend === 'cpu') return { backend, device: 'cpu', runtime: `@tensorflow/tfjs ${tf.version.tfjs}` };
  const { name, version } = describeRuntime();
  return { backend, device: 'cpu', runtime: `${name} ${version}` };
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

/** A computation that runs again and again. */
export interface Captured {
  /** Computes the results anew. The caller disposes of them. */
  run(): tf.Tensor[];
}

export interface CaptureOptions {
  /** What of a {@link segment} a gradient computes again rather than have it kept; results are the same. */
  readonly recomputed?: Recomputed;
}

/**
 * A computation to be run often: where the backend can, it is traced once and then replayed. One that uses a kernel
 * which runs on the host is traced at every run.
 * @param trace computes the results from variables and from what {@link feed} gives; it must not read a tensor's value,
 * and what else it uses must not change from run to run
 */
export function capture(trace: () => tf.Tensor[], { recomputed = 'cheap' }: CaptureOptions = {}): Captured {
  const backend = tf.backend();
  const untraced = { run: () => tf.tidy(trace) };
  if (!(backend instanceof OnnxBackend)) return untraced;
  try {
    return backend.capture(trace, recomputed);
  } catch (error) {
    if (error instanceof HostKernelTraced) return untraced;
    throw error;
  }
}

/**
 * Computes a part of a model, such as a layer. In a captured computation its result is kept; what else in it a gradient
 * needs may be computed again then, to save memory.
 */
export function segment<T extends tf.Tensor>(compute: () => T): T {
  const backend = tf.backend();
  return backend instanceof OnnxBackend ? backend.inSegment(compute) : compute();
}

/** A tensor of `shape` that has, at every run of a captured computation, the content that `fill` gives then. */
export function feed(shape: number[], dtype: 'float32' | 'int32', fill: () => Float32Array | Int32Array): tf.Tensor {
  const tensor = tf.tensor(fill(), shape, dtype);
  const backend = tf.backend();
  if (backend instanceof OnnxBackend) backend.feed(tensor, fill);
  return tensor;
}

/** A tensor that takes `values` over: they may change when it is updated in place, and the caller must not use them. */
export function adopt(values: Float32Array, shape: readonly number[]): tf.Tensor {
  const tensor = tf.tensor(values, [...shape]);
  const backend = tf.backend();
  if (backend instanceof OnnxBackend) backend.own(tensor);
  return tensor;
}
