// Chooses the backend that tfjs runs on.
import * as tf from '@tensorflow/tfjs';
import { InputError } from '../contracts/input-error.ts';
import type { BackendName } from './backend-names.ts';
import type { Device } from './device-names.ts';
import { OnnxBackend } from './onnx/backend.ts';
import { isLackedBy, requireDevice } from './onnx/devices.ts';
import { HostKernelTraced } from './onnx/host.ts';
import { hostKernels } from './onnx/host-kernels.ts';
import { BACKEND_NAME } from './onnx/kernels/define.ts';
import { KERNELS } from './onnx/kernels/index.ts';
import type { Recomputed } from './onnx/recompute.ts';
import { describeRuntime } from './onnx/runtime.ts';
import type { BackendStatistics } from './onnx/statistics.ts';
import { describeTensorflow, registerTensorflow } from './tensorflow.ts';

export interface BackendOptions {
  /** Of a matrix product, where the backend is not started yet; results of onnx on the cpu do not depend on it. */
  readonly threads: number;
  /** Where nothing is said: the cpu, or what the package of the tensorflow backend is for. */
  readonly device?: Device | undefined;
}

/**
 * Makes `name` the backend of every tensor from now on.
 * @throws InputError where the device or the packages of the tensorflow backend are not there, or the backend does not
 * compute on the device; Error where a backend does not start
 */
export function useBackend(name: BackendName, { threads, device }: BackendOptions): void {
  // Or tfjs's cpu kernels advise installing another package, and tfjs warns of a platform that is set twice.
  tf.enableProdMode();
  const registered = register(name, threads, device);
  void tf.setBackend(registered);
  // A promise, even where nothing is waited for; and where a backend fails to start, tfjs would go on with another.
  if (tf.engine().registry[registered] === undefined) {
    throw new Error(`the ${name} backend could not be started: ${whyNotStarted(registered)}`);
  }
  const used = describeBackend();
  if (device !== undefined && used.device !== device) {
    throw new InputError(`the ${name} backend computes on ${used.device} here, not on ${device}`);
  }
}

/** Of a backend that failed to start; tfjs keeps the reason to itself. */
function whyNotStarted(registered: string): string {
  try {
    void tf.findBackendFactory(registered)?.();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  return 'tfjs gives no reason';
}

export interface BackendDescription {
  readonly backend: string;
  readonly device: string;
  /** The tensor runtime and its version. */
  readonly runtime: string;
}

/** The backend in use, as a record names it. */
export function describeBackend(): BackendDescription {
  const current = tf.backend();
  const { name, version } = describeRuntime();
  if (current instanceof OnnxBackend) return { backend: 'onnx', device: current.device, runtime: `${name} ${version}` };
  const backend = tf.getBackend();
  if (backend === 'tensorflow') return { backend, ...describeTensorflow() };
  return { backend, device: 'cpu', runtime: `@tensorflow/tfjs ${tf.version.tfjs}` };
}

/** What the onnx backend compiled and ran so far; undefined on another backend. */
export function backendStatistics(): Readonly<BackendStatistics> | undefined {
  const backend = tf.backend();
  return backend instanceof OnnxBackend ? backend.statistics : undefined;
}

/** Has the onnx backend compute all that it has recorded: else whoever reads a value first pays for it. Others have nothing. */
export function computeRecorded(): void {
  const backend = tf.backend();
  if (backend instanceof OnnxBackend) backend.flush();
}

/** Gives the name by which tfjs knows the backend. */
function register(name: BackendName, threads: number, device: Device | undefined): string {
  if (name === 'tensorflow') registerTensorflow(threads);
  return name === 'onnx' ? registerOnnx(threads, device ?? 'cpu') : name;
}

/** To tfjs each device is a backend of its own, so that tensors of several can be there at once. */
function registerOnnx(threads: number, device: Device): string {
  const backendName = device === 'cpu' ? BACKEND_NAME : `${BACKEND_NAME}-${device}`;
  if (tf.findBackendFactory(backendName) !== null) return backendName;
  if (device !== 'cpu') requireDevice(device);
  const kernels = [...hostKernels, ...KERNELS].filter(({ kernelName }) => !isLackedBy(device, kernelName));
  for (const config of kernels) tf.registerKernel({ ...config, backendName });
  tf.registerBackend(backendName, () => new OnnxBackend(threads, device));
  return backendName;
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
