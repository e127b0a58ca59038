// Buffers of computed values, kept for reuse: a step's gradients would otherwise be fresh, page-faulted memory each time.
import type { Buffer, DType } from './graph.ts';

export class BufferPool {
  private readonly free = new Map<string, Buffer[]>();
  private readonly made = new WeakSet<Buffer>();

  /** A buffer of `size` elements; its content is whatever was there. */
  take(dtype: DType, size: number): Buffer {
    const buffer = this.free.get(`${dtype} ${size}`)?.pop() ?? allocate(dtype, size);
    this.made.add(buffer);
    return buffer;
  }

  /** Takes a buffer back. One that was made elsewhere is left to the collector: nobody would ask for so many. */
  give(dtype: DType, buffer: Buffer): void {
    if (!this.made.has(buffer)) return;
    const key = `${dtype} ${buffer.length}`;
    const list = this.free.get(key);
    if (list) list.push(buffer);
    else this.free.set(key, [buffer]);
  }
}

function allocate(dtype: DType, size: number): Buffer {
  if (dtype === 'float32') return new Float32Array(size);
  return dtype === 'int32' ? new Int32Array(size) : new Uint8Array(size);
}
