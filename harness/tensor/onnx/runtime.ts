// ONNX Runtime: makes sessions and runs them. The only file that names onnxruntime-node.
// Its public API is asynchronous around a native call that is not; the binding underneath is used as it is, so that
// reading a tensor needs no promise (tfjs's dataSync).
import { createRequire } from 'node:module';
import { env, type InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { type Binding, binding, initOrt } from 'onnxruntime-node/dist/binding.js';
import type { Device } from '../device-names.ts';
import type { Buffer, ElementType } from './element.ts';

export type { Tensor };
export type Session = Binding.InferenceSession;
/** Runtime tensors by the names of a graph's inputs or outputs. */
export type Tensors = Record<string, Tensor>;

export interface SessionOptions {
  readonly threads: number;
  /** Computes what it has kernels for; ONNX Runtime gives the rest of a graph to the cpu. */
  readonly device: Device;
  /** Outputs that are not preallocated are buffers of the device; elsewhere arrays. */
  readonly outputsOnDevice?: boolean;
}

/**
 * Compiles the bytes of a model.
 * @throws Error with ONNX Runtime's message where the graph is not valid or the device not there
 */
export function createSession(model: Uint8Array, { threads, device, outputsOnDevice }: SessionOptions): Session {
  // What goes wrong is thrown too.
  env.logLevel = 'fatal';
  initOrt();
  const session = new binding.InferenceSession();
  const options: InferenceSession.SessionOptions = {
    // Left to its own layout, webgpu computes convolutions wrongly whose padding is uneven.
    executionProviders: [device === 'webgpu' ? { name: 'webgpu', preferredLayout: 'NCHW' } : device],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'basic',
    // An arena would belong to its session, and every shape is a session: they would add up. Memory comes from the
    // process's allocator, which all sessions share (see ALLOCATOR_SETTINGS).
    enableCpuMemArena: false,
    enableMemPattern: false,
    logSeverityLevel: 3,
    extra: {
      session: {
        // Each session has threads of its own, which would go on spinning for work after a run, beside the next session's.
        force_spinning_stop: '1',
        // The exponential of a masked score ends below the smallest normal number: every such element would be computed
        // by microcode, and a softmax take six times as long. The first session decides it for its own thread, this one.
        set_denormal_as_zero: '1',
      },
      // What is computed again to save memory (recompute.ts) would be taken for the same as what was computed first.
      optimization: { disable_specified_optimizers: 'CommonSubexpressionElimination' },
    },
    ...(outputsOnDevice ? { preferredOutputLocation: 'gpu-buffer' as const } : {}),
  };
  session.loadModel(model.buffer as ArrayBuffer, model.byteOffset, model.byteLength, options);
  return session;
}

/**
 * The first output of every graph: a sequence, which the binding does not know how to return. It computes all outputs
 * into the memory that they are given and then copies each of them once more to return it; meeting the sequence, it
 * gives up before the first copy. AdamW over 22.7 M weights takes 60 ms so, and 100 with the copies.
 */
export const UNRETURNED = 'unreturned';
const GIVING_UP = 'Non tensor type is temporarily not supported.';

/** Runs a session. Every output is preallocated: ONNX Runtime writes into `fetches`. */
export function runSession(session: Session, feeds: Tensors, fetches: Tensors): void {
  try {
    session.run(feeds, { [UNRETURNED]: null, ...fetches }, {});
  } catch (error) {
    if (!(error instanceof Error && error.message === GIVING_UP)) throw error;
  }
}

/** Runs a session made for it. Gives `output` in a buffer of the device, which lasts as long as the tensor is not disposed of. */
export function runToDevice(session: Session, feeds: Tensors, output: string): Tensor {
  const { [output]: tensor } = session.run(feeds, { [output]: null }, {});
  if (tensor instanceof Tensor && tensor.location === 'gpu-buffer') return tensor;
  throw new Error('ONNX Runtime gave no buffer of the device');
}

/** A buffer of the device seen with a shape; the binding cannot read it, and ends the process where asked to. */
export function deviceTensor(dtype: ElementType, { gpuBuffer }: Tensor, shape: readonly number[]): Tensor {
  if (dtype === 'int8' || dtype === 'float16') throw new Error(`packed weights (${dtype}) lie on the host only`);
  return Tensor.fromGpuBuffer(gpuBuffer, { dataType: dtype, dims: [...shape] });
}

/** A tensor over `buffer`, without copying it. */
export function runtimeTensor(dtype: ElementType, buffer: Buffer, shape: readonly number[]): Tensor {
  if (dtype !== 'int8' && dtype !== 'float16') return new Tensor(dtype, buffer, shape);
  const data = unpacked(dtype, buffer);
  // Where the language has a Float16Array, the tensor makes one of `data`, and the binding finds no bytes in it.
  return Object.defineProperty(new Tensor(dtype, data, shape), 'data', { value: data });
}

/** The bytes of packed weights as the binding wants them. */
function unpacked(dtype: 'int8' | 'float16', { buffer, byteOffset, byteLength }: Buffer): Int8Array | Uint16Array {
  return dtype === 'int8'
    ? new Int8Array(buffer, byteOffset, byteLength)
    : new Uint16Array(buffer, byteOffset, byteLength / Uint16Array.BYTES_PER_ELEMENT);
}

export interface RuntimeDescription {
  readonly name: string;
  readonly version: string;
  /** Those that are not bundled need libraries which the package's own installation step fetches. */
  readonly providers: readonly { readonly name: string; readonly bundled: boolean }[];
}

/** Name and version of the runtime, and the execution providers it was built with. */
export function describeRuntime(): RuntimeDescription {
  const manifest: { version: string } = createRequire(import.meta.url)('onnxruntime-node/package.json');
  return {
    name: 'onnxruntime-node',
    version: manifest.version,
    providers: listSupportedBackends(),
  };
}
