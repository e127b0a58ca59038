// The host's side of the onnx backend: tfjs's own cpu backend, for kernels that ONNX Runtime lacks and for tensors of
// the types that it has not (strings, complex numbers).
import * as tf from '@tensorflow/tfjs';

/** What the host reads a numeric tensor of the onnx backend from, and writes one to. */
export interface NumericStore {
  hostInput(id: tf.DataId): tf.BackendValues;
  write(values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.DataId;
}

/** A traced computation came to a kernel that runs on the host, which no graph holds: it has to run untraced. */
export class HostKernelTraced extends Error {}

/** Whether tensors of a type live on the host. */
export const livesOnHost = (dtype: tf.DataType | undefined): boolean => dtype === 'string' || dtype === 'complex64';

export class Host {
  /** A cpu backend of our own: holds the strings and complex numbers, and, while a kernel runs, its numeric tensors. */
  readonly cpu: tf.KernelBackend = createCpuBackend();

  /** Whether `id` is a tensor that lives here. */
  has(id: tf.DataId): boolean {
    return this.cpu.refCount(id) > 0;
  }

  /**
   * Runs tfjs's own cpu kernel on tensors of `store`.
   * @throws Error where tfjs has no such kernel, or its kernel refuses the inputs
   */
  run(
    kernelName: string,
    inputs: tf.NamedTensorInfoMap,
    attrs: tf.NamedAttrMap,
    store: NumericStore,
  ): tf.TensorInfo | tf.TensorInfo[] {
    const kernel = tf.getKernel(kernelName, 'cpu');
    if (kernel === undefined)
      throw new Error(`kernel ${kernelName}: neither ONNX Runtime nor tfjs's cpu backend has it`);
    const temporaries: tf.DataId[] = [];
    const onHost = (info: Given): Given => {
      if (info === undefined || info === null) return info;
      if (Array.isArray(info)) return info.map((each) => onHost(each) as tf.TensorInfo);
      const { dataId, shape, dtype } = info;
      const id = this.has(dataId) ? dataId : this.cpu.write(store.hostInput(dataId), shape, dtype);
      if (id !== dataId) temporaries.push(id);
      // Some of its kernels ask a tensor for its rank.
      return Object.assign({ dataId: id, shape, dtype }, { rank: shape.length });
    };
    const toStore = (info: tf.TensorInfo): tf.TensorInfo => {
      if (livesOnHost(info.dtype)) return info;
      temporaries.push(info.dataId);
      return { ...info, dataId: store.write(this.cpu.readSync(info.dataId), info.shape, info.dtype) };
    };
    try {
      const entries = Object.entries(inputs as Readonly<Record<string, Given>>);
      const moved = entries.map(([name, info]) => [name, onHost(info)] as const);
      // A kernel of any number of inputs is given them as a list.
      const given = Array.isArray(inputs) ? moved.map(([, info]) => info) : Object.fromEntries(moved);
      const outputs = kernel.kernelFunc({ inputs: given as tf.NamedTensorInfoMap, attrs, backend: this.cpu });
      return Array.isArray(outputs) ? outputs.map(toStore) : toStore(outputs);
    } finally {
      for (const id of temporaries) this.cpu.disposeData(id);
    }
  }
}

/** What tfjs gives a kernel under a name: null or nothing for an optional input, and for some a list. */
type Given = tf.TensorInfo | tf.TensorInfo[] | null | undefined;

function createCpuBackend(): tf.KernelBackend {
  const backend = tf.findBackendFactory('cpu')?.();
  if (!(backend instanceof tf.KernelBackend)) throw new Error("tfjs's cpu backend is not registered");
  // On its first tensor it would advise to install another backend, which whoever runs onnx has no use for.
  return Object.assign(backend, { firstUse: false });
}
