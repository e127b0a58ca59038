// Memory on a device: buffers that sessions there share. Content comes and goes through sessions that copy, since the
// binding can make, fill and read such a buffer in no other way.
import { type Copy, createCopy } from './copy.ts';
import type { Buffer, DType } from './element.ts';
import type { Value } from './graph.ts';
import { hostArray } from './host-memory.ts';
import { type Content, DeviceBuffer, type Memory } from './memory.ts';
import { Pool } from './pool.ts';
import { deviceTensor, runSession, runToDevice, runtimeTensor, type SessionOptions, type Tensor } from './runtime.ts';

interface Copies {
  /** Copies into memory that there is, on the host or on the device. */
  readonly fill: Copy;
  /** Copies into a buffer that it makes on the device. */
  readonly make: Copy;
}

export class DeviceMemory implements Memory {
  private readonly pool = new Pool<DeviceBuffer>();
  private readonly copies = new Map<DType, Copies>();

  constructor(private readonly options: SessionOptions) {}

  take(dtype: DType, size: number): DeviceBuffer {
    return this.pool.take(dtype, size) ?? this.make(dtype, hostArray(dtype, size));
  }

  give(dtype: DType, content: Content): void {
    // An array is left to the collector.
    if (content instanceof DeviceBuffer) this.pool.give(dtype, content);
  }

  place(dtype: DType, content: Content): DeviceBuffer {
    if (content instanceof DeviceBuffer) return content;
    const known = this.pool.take(dtype, content.length);
    if (known === undefined) return this.make(dtype, content);
    this.fill(dtype, content, known);
    return known;
  }

  read(dtype: DType, content: Content): Buffer {
    if (!(content instanceof DeviceBuffer)) return content;
    const array = hostArray(dtype, content.length);
    this.fill(dtype, content, array);
    return array;
  }

  tensor(dtype: Value['dtype'], content: Content, shape: readonly number[], start = 0): Tensor {
    if (start !== 0) throw new Error("a part of a device's buffer cannot be given to a session");
    return content instanceof DeviceBuffer
      ? deviceTensor(dtype, content.tensor, shape)
      : runtimeTensor(dtype, content, shape);
  }

  private make(dtype: DType, from: Buffer): DeviceBuffer {
    const { make } = this.copiesOf(dtype);
    const tensor = runToDevice(make.session, { [make.from]: this.flat(dtype, from) }, make.to);
    return new DeviceBuffer(tensor, from.length);
  }

  private fill(dtype: DType, from: Content, to: Content): void {
    const { fill } = this.copiesOf(dtype);
    runSession(fill.session, { [fill.from]: this.flat(dtype, from) }, { [fill.to]: this.flat(dtype, to) });
  }

  private flat(dtype: DType, content: Content): Tensor {
    return this.tensor(dtype, content, [content.length]);
  }

  private copiesOf(dtype: DType): Copies {
    const known = this.copies.get(dtype);
    if (known !== undefined) return known;
    const made = {
      fill: createCopy(dtype, this.options),
      make: createCopy(dtype, { ...this.options, outputsOnDevice: true }),
    };
    this.copies.set(dtype, made);
    return made;
  }
}
