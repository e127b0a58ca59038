// Memory on the host: arrays, which ONNX Runtime reads and writes where they are.
import type * as tf from '@tensorflow/tfjs';
import type { Buffer, DType } from './element.ts';
import type { Value } from './graph.ts';
import { type Content, DeviceBuffer, type Memory } from './memory.ts';
import { Pool } from './pool.ts';
import { runtimeTensor, type Tensor } from './runtime.ts';

export class HostMemory implements Memory {
  private readonly pool = new Pool<Buffer>();
  private readonly made = new WeakSet<Content>();

  take(dtype: DType, size: number): Buffer {
    const array = this.pool.take(dtype, size) ?? hostArray(dtype, size);
    this.made.add(array);
    return array;
  }

  /** An array that was made elsewhere is left to the collector: nobody would ask for so many. */
  give(dtype: DType, content: Content): void {
    if (this.made.has(content)) this.pool.give(dtype, onHost(content));
  }

  place(_dtype: DType, content: Content): Content {
    return content;
  }

  read(_dtype: DType, content: Content): Buffer {
    return onHost(content);
  }

  tensor(dtype: Value['dtype'], content: Content, shape: readonly number[], start = 0): Tensor {
    const array = onHost(content);
    // Packed weights are bytes here, and never given in parts.
    if (dtype === 'float16') return runtimeTensor(dtype, array, shape);
    const size = shape.reduce((a, b) => a * b, 1);
    return runtimeTensor(dtype, size === array.length ? array : array.subarray(start, start + size), shape);
  }
}

/** @throws Error for a type of which the backend has no tensors */
export function supported(dtype: tf.DataType): DType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new Error(`the onnx backend has no tensors of type ${dtype}`);
}

/** What tfjs was given, as an array of the type: itself where it is one. */
export function arrayOf(values: tf.BackendValues, dtype: tf.DataType): Buffer {
  if (dtype === 'bool') return values instanceof Uint8Array ? values : Uint8Array.from(values as ArrayLike<number>);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values as ArrayLike<number>);
  return values instanceof Float32Array ? values : Float32Array.from(values as ArrayLike<number>);
}

export function hostArray(dtype: DType, size: number): Buffer {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}

function onHost(content: Content): Buffer {
  if (content instanceof DeviceBuffer) throw new Error("a device's buffer was given to the host");
  return content;
}
